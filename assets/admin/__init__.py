"""The admin pages for editors. A host can register the same classes on an `AdminSite` of its own."""

from assets.admin.asset_admin import AssetAdmin
from assets.admin.preset_admin import PresetAdmin
from assets.admin.purge_admin import PurgeAdmin
from assets.admin.warming_admin import WarmingAdmin

__all__ = ["AssetAdmin", "PresetAdmin", "PurgeAdmin", "WarmingAdmin"]
