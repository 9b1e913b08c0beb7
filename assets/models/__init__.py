"""What editors keep: pictures and presets; and what is being done for them: purges and warmings."""

from assets.models.asset import Asset, original_name
from assets.models.job import Job, Purge, Warming
from assets.models.manifest_state import ManifestState
from assets.models.preset import Preset

__all__ = ["Asset", "Job", "ManifestState", "Preset", "Purge", "Warming", "original_name"]
