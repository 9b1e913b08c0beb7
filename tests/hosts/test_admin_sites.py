"""The same admin classes on several sites of a host."""

from __future__ import annotations

from tests.hosts.conftest import MakeHost

_URLS = """
from django.contrib import admin
from django.urls import path

from assets.admin import AssetAdmin, BulkPurgeAdmin, PresetAdmin, PurgeAdmin, WarmingAdmin
from assets.models import Asset, BulkPurge, Preset, Purge, Warming

office = admin.AdminSite(name="office")
ours = {
    Asset: AssetAdmin,
    BulkPurge: BulkPurgeAdmin,
    Preset: PresetAdmin,
    Purge: PurgeAdmin,
    Warming: WarmingAdmin,
}
for model, base in ours.items():
    office.register(model, base)
studio = admin.AdminSite(name="studio")
studio.register(Asset, AssetAdmin)
urlpatterns = [
    path("admin/", admin.site.urls), path("office/", office.urls), path("studio/", studio.urls),
]
"""


def test_each_sites_pages_stay_on_that_site(make_host: MakeHost) -> None:
    make_host(urls=_URLS).visit("two_admin_sites")
