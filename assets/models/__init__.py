"""The tables: images and how they are sorted, presets, what was seen and decided, jobs, the manifest's state."""

from assets.models.analyser_usage import AnalyserUsage
from assets.models.analysis import Analysis
from assets.models.asset import KEPT, VISIBLE, Asset, original_name
from assets.models.bulk_purge import BulkPurge, BulkPurgeKey
from assets.models.collection import Collection
from assets.models.job import Job, Purge, PurgeJob, Warming
from assets.models.manifest_state import ManifestState
from assets.models.preset import Preset
from assets.models.preset_use import PresetUse
from assets.models.review import Review
from assets.models.tag import Tag

__all__ = [
    "KEPT",
    "VISIBLE",
    "AnalyserUsage",
    "Analysis",
    "Asset",
    "BulkPurge",
    "BulkPurgeKey",
    "Collection",
    "Job",
    "ManifestState",
    "Preset",
    "PresetUse",
    "Purge",
    "PurgeJob",
    "Review",
    "Tag",
    "Warming",
    "original_name",
]
