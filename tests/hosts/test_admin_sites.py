"""The same admin classes on several sites of a host."""

from __future__ import annotations

from tests.hosts.conftest import MakeHost

_URLS = """
from django.contrib import admin
from django.urls import path

from assets.admin import AssetAdmin, PresetAdmin, PurgeAdmin, WarmingAdmin
from assets.models import Asset, Preset, Purge, Warming

office = admin.AdminSite(name="office")
for model, ours in ((Asset, AssetAdmin), (Preset, PresetAdmin), (Purge, PurgeAdmin), (Warming, WarmingAdmin)):
    office.register(model, ours)
studio = admin.AdminSite(name="studio")
studio.register(Asset, AssetAdmin)
urlpatterns = [
    path("admin/", admin.site.urls), path("office/", office.urls), path("studio/", studio.urls),
]
"""


def test_each_sites_pages_stay_on_that_site(make_host: MakeHost) -> None:
    make_host(urls=_URLS).visit("two_admin_sites")
