"""The manifest: presets and the fallback picture, as the picture servers read them from ``config/edge.json``."""

from __future__ import annotations

import logging
from types import MappingProxyType

from celery import current_app
from django.db import transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from assets import fallback
from assets.conf import store
from assets.models import ManifestState, Preset
from edge.contract import manifest as edge_manifest
from edge.storage.errors import StorageUnavailable

_log = logging.getLogger(__name__)


def want() -> int:
    """Have the manifest published when the transaction commits; the new revision.

    It rises over everything that ever was, so a preset that is deleted and made anew never has a revision of the
    old one's, under which other bytes are stored.
    """
    row = ManifestState.locked()
    row.requested_revision += 1
    row.save()
    transaction.on_commit(publish_or_retry)
    return row.requested_revision


@transaction.atomic
def choose_fallback(key: str) -> None:
    """Have the picture of that key shown where one is missing; empty: none. It goes out on commit."""
    row = ManifestState.locked()
    if row.fallback_key != key:
        row.fallback_key = key
        row.save()
        want()


def is_fallback(key: str) -> bool:
    return ManifestState.objects.filter(fallback_key=key).exists()


def publish() -> bool:
    """Write the manifest if it is behind the database, and whether it was. Raises `StorageUnavailable`.

    The lock is held while it is written: of two publications the later one is written later.
    """
    with transaction.atomic():
        row = ManifestState.locked()
        if not row.is_pending:
            return False
        found = _manifest(row)
        store().put(
            edge_manifest.OBJECT_KEY,
            found.as_json(),
            content_type="application/json",
            cache_control="private, no-cache",
        )
        row.published_revision, row.published_at = row.requested_revision, timezone.now()
        row.save()
        fallback.sweep(found.fallback)
    return True


def publish_or_retry() -> None:
    """`publish`, and where the store is away, a task that goes on trying."""
    try:
        publish()
    except StorageUnavailable as error:
        _log.warning("The manifest could not be published, a task goes on trying: %s", error)
        _send_task()


def _send_task() -> None:
    try:
        current_app.send_task("assets.tasks.publish_manifest")
    except OperationalError as error:
        _log.warning("The broker is away, so the manifest waits for the next change: %s", error)


def _manifest(row: ManifestState) -> edge_manifest.Manifest:
    rows = Preset.objects.all()
    presets = {row.name: edge_manifest.PublishedPreset(row.revision, row.recipe) for row in rows}
    return edge_manifest.Manifest(row.requested_revision, MappingProxyType(presets), fallback.made(row.fallback_key))
