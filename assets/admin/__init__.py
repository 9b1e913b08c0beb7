"""The admin pages for editors. A host can register the same classes on an `AdminSite` of its own."""

from assets.admin.analysis_admin import AnalysisAdmin
from assets.admin.asset_admin import AssetAdmin
from assets.admin.bulk_purge_admin import BulkPurgeAdmin
from assets.admin.collection_admin import CollectionAdmin
from assets.admin.preset_admin import PresetAdmin
from assets.admin.purge_admin import PurgeAdmin
from assets.admin.review_admin import ReviewAdmin
from assets.admin.tag_admin import TagAdmin
from assets.admin.warming_admin import WarmingAdmin

__all__ = [
    "AnalysisAdmin",
    "AssetAdmin",
    "BulkPurgeAdmin",
    "CollectionAdmin",
    "PresetAdmin",
    "PurgeAdmin",
    "ReviewAdmin",
    "TagAdmin",
    "WarmingAdmin",
]
