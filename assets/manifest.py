"""Publishing the manifest: presets and the fallback image, for the edge to read from ``config/edge.json``."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from types import MappingProxyType

from assets import fallback
from assets.models import ManifestState, Preset
from assets.models.rows import primary
from assets.storage import object_store
from edge.contract.manifest import OBJECT_KEY, Manifest, PublishedFallback, PublishedPreset
from edge.storage.errors import Missing, StorageUnavailable

log = logging.getLogger(__name__)

_ATTEMPTS = 10


@dataclass(frozen=True, slots=True)
class StoredManifest:
    """The manifest in the bucket, with its bytes and ETag; an empty one if it is missing or cannot be read."""

    body: bytes = b""
    etag: str | None = None
    manifest: Manifest = field(default_factory=Manifest)


def publish(*, look: bool = False) -> bool:
    """Write the manifest if changes in the database are not in it yet. Returns whether it did.

    With ``look``, also if the bucket has lost it since, or has an earlier one.

    Holds no lock and needs no transaction, so slow storage delays nobody else. Several processes may publish at once:
    docs/decisions/013-manifest-without-a-lock.md says why an earlier manifest never replaces a later one.
    Raises `StorageUnavailable`.
    """
    for _ in range(_ATTEMPTS):
        state = ManifestState.current()
        if not (state.is_pending or (look and _is_lost(state))):
            return False
        if _publish_once():
            return True
    raise StorageUnavailable(f"The manifest was written by others {_ATTEMPTS} times while it was being published.")


def _is_lost(state: ManifestState) -> bool:
    if read().manifest.revision >= state.published_revision:
        return False
    log.warning("Storage does not have the manifest's revision %s, so it is written again.", state.published_revision)
    return True


def _publish_once() -> bool:
    """Returns False if somebody else wrote the manifest since it was read."""
    # In this order: who replaces what somebody else has written has read the rows after that, so they are no older.
    stored = read()
    state = ManifestState.current()
    manifest = _build(state, stored.manifest.fallback)
    body = manifest.as_json()
    if body != stored.body and not _write(body, stored.etag):
        return False
    fallback.delete_stale(manifest.fallback, manifest.revision)  # before the next line: a failure is tried again
    ManifestState.record_published(manifest.revision)
    return True


def _build(state: ManifestState, stored: PublishedFallback | None) -> Manifest:
    # Presets after the state: with its revision go that revision's presets, or later ones.
    rows = primary(Preset).select_related("watermark")
    presets = {row.name: PublishedPreset(row.revision, row.recipe, row.mark) for row in rows}
    image = fallback.prepare(state.fallback_key, state.requested_revision, stored)
    return Manifest(state.requested_revision, MappingProxyType(presets), image)


def read() -> StoredManifest:
    """What is in the bucket. Raises `StorageUnavailable`."""
    try:
        found = object_store().get(OBJECT_KEY)
    except Missing:
        return StoredManifest()
    try:
        return StoredManifest(found.body, found.head.etag, Manifest.parse(found.body))
    except ValueError as error:
        log.warning("The manifest in storage cannot be read and will be replaced: %s", error)
        return StoredManifest(found.body, found.head.etag)


def _write(body: bytes, etag: str | None) -> bool:
    written = object_store().put(
        OBJECT_KEY,
        body,
        content_type="application/json",
        cache_control="private, no-cache",
        only_if_absent=etag is None,
        if_match=etag,
    )
    return written is not None
