"""The same admin classes on several sites of a host."""

from __future__ import annotations

from tests.hosts.conftest import MakeHost
from tests.hosts.host import OURS

_URLS = (
    OURS
    + """
from django.contrib import admin
from django.urls import path

office = admin.AdminSite(name="office")
for model, base in ours.items():
    office.register(model, base)
studio = admin.AdminSite(name="studio")
studio.register(Asset, AssetAdmin)
urlpatterns = [
    path("admin/", admin.site.urls), path("office/", office.urls), path("studio/", studio.urls),
]
"""
)


def test_each_sites_pages_stay_on_that_site(make_host: MakeHost) -> None:
    make_host(urls=_URLS).visit("pages.two_admin_sites")
