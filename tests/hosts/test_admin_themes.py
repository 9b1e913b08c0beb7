"""Our admin pages work in any theme, and a theme's other pages do not know of us."""

from __future__ import annotations

import pytest

from tests.hosts.conftest import MakeHost
from tests.hosts.host import OURS, URLS, needs

_GRAPPELLI_URLS = """
from django.contrib import admin
from django.urls import include, path

urlpatterns = [path("grappelli/", include("grappelli.urls")), path("admin/", admin.site.urls)]
"""
_UNFOLD_URLS = (
    OURS
    + """
from django.contrib import admin
from django.urls import path
from unfold.admin import ModelAdmin

for model, base in ours.items():
    admin.site.unregister(model)
    admin.site.register(model, type(base.__name__, (base, ModelAdmin), {}))
urlpatterns = [path("admin/", admin.site.urls)]
"""
)


def test_every_page_opens_in_djangos_own_admin(make_host: MakeHost) -> None:
    make_host().visit("pages.every_page_opens")


@pytest.mark.parametrize(
    ("theme", "urls"),
    [("unfold", URLS), ("unfold", _UNFOLD_URLS), ("jazzmin", URLS), ("grappelli", _GRAPPELLI_URLS)],
    ids=["unfold", "unfold's ModelAdmin", "jazzmin", "grappelli"],
)
def test_every_page_opens_in_a_theme(make_host: MakeHost, theme: str, urls: str) -> None:
    needs(theme)

    make_host(f'INSTALLED_APPS = ["{theme}", *INSTALLED_APPS]', urls).visit("pages.every_page_opens")


def test_another_apps_pages_are_as_they_are_without_us(make_host: MakeHost) -> None:
    make_host().visit("pages.of_another_app")


def test_a_hosts_own_base_template_is_that_of_our_pages_too(make_host: MakeHost) -> None:
    host = make_host()
    host.write(
        "templates/admin/base_site.html",
        '{% extends "admin/base.html" %}{% block branding %}<p>The host\'s own header</p>{% endblock %}',
    )

    host.visit("pages.with_the_hosts_header")
