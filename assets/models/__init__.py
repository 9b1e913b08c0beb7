"""What editors keep: pictures and presets; and what is being done for them: purges and warmings."""

from assets.models.asset import Asset, original_name
from assets.models.job import Job, Purge, Warming
from assets.models.preset import Preset
from assets.models.publication import Publication

__all__ = ["Asset", "Job", "Preset", "Publication", "Purge", "Warming", "original_name"]
