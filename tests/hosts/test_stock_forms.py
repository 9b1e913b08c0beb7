"""What a host writes for any model of its own works for images: forms, admin, serializers, snippets, file cleaners."""

from __future__ import annotations

from tests.hosts.conftest import MakeHost
from tests.hosts.host import needs
from tests.hosts.large_projects import WAGTAIL_SETTINGS, WAGTAIL_URLS

_URLS = """
from django.contrib import admin
from django.urls import path

from assets.models import Asset, Preset

plain = admin.AdminSite(name="plain")
plain.register([Asset, Preset])
urlpatterns = [path("admin/", admin.site.urls), path("plain/", plain.urls)]
"""
_SNIPPETS = """
from django.apps import AppConfig


class Config(AppConfig):
    name = "snippets"

    def ready(self):
        from wagtail.snippets.models import register_snippet

        from assets.models import Asset

        register_snippet(Asset)
"""


def test_a_model_form(make_host: MakeHost) -> None:
    make_host().visit("stock_forms.model_form")


def test_a_plain_model_admin(make_host: MakeHost) -> None:
    make_host(urls=_URLS).visit("stock_forms.plain_admin")


def test_a_serializer(make_host: MakeHost) -> None:
    needs("rest_framework")
    make_host('INSTALLED_APPS += ["rest_framework"]').visit("stock_forms.serializer")


def test_a_wagtail_snippet(make_host: MakeHost) -> None:
    needs("wagtail")
    host = make_host(WAGTAIL_SETTINGS + 'INSTALLED_APPS += ["snippets"]\n', WAGTAIL_URLS)
    host.write("snippets/__init__.py", "")
    host.write("snippets/apps.py", _SNIPPETS)
    host.visit("stock_forms.snippet")


def test_django_cleanup_leaves_originals_to_us(make_host: MakeHost) -> None:
    needs("django_cleanup")
    make_host('INSTALLED_APPS += ["django_cleanup.apps.CleanupConfig"]').visit("stock_forms.cleaned_up")
