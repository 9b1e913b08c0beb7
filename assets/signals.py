"""What follows from a deletion, however it comes about: one row, many, or a queryset's."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_delete, pre_delete
from django.dispatch import receiver

from assets import manifest
from assets.models import Asset, Preset, Purge
from assets.models.rows import locked
from assets.purge import request_purge


@receiver(pre_delete, sender=Asset)
def _look_again(instance: Asset, **_: Any) -> None:
    """The purge has to know which original goes, and this instance may be older than the one that is there."""
    now = locked(instance)
    if now:
        instance.version = now.version


@receiver(post_delete, sender=Asset)
def _take_away(instance: Asset, **_: Any) -> None:
    """The purge deletes original, variants and cached copies, in this order."""
    request_purge(instance.key, reason=Purge.Reason.DELETED, user=instance.updated_by, version=instance.version)
    if manifest.is_fallback(instance.key):
        manifest.choose_fallback("")


@receiver(post_delete, sender=Preset)
def _forget(instance: Preset, **_: Any) -> None:
    manifest.want()
    request_purge(instance.name, reason=Purge.Reason.CHANGED, kind=Purge.Kind.PRESET, user=instance.updated_by)
