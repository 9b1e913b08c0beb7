"""Publishing originals: what was received becomes ``originals/<key>``, with metadata from the committed row.

docs/decisions/022-upload-pipeline.md says in which order, and why a crash or a rival at any point does no harm. A later
step of the pipeline goes into `_write`, before the original is written: its metadata then names what the step has made.
"""

from __future__ import annotations

import hashlib
import logging
from dataclasses import replace

from django.db import router, transaction
from django.db.models import QuerySet

from assets import incoming
from assets.errors import RetryLater
from assets.models import Asset, Purge
from assets.purge import is_deleting, request_purge
from assets.signals import original_changed, original_published
from assets.storage import find_original, object_store, originals
from edge.contract import formats
from edge.contract.original import OriginalFacts, asset_version, original_object_key
from edge.storage.errors import Missing, StorageUnavailable
from edge.storage.objects.store import Head

log = logging.getLogger(__name__)

State = Asset.State

#: Above so many bytes, a task publishes, so that no editor waits for it.
_LARGE = 16 << 20
_ATTEMPTS = 10
_MISSING = "The original {} is missing from storage. Upload the file again."


class _FileIsLost(Exception):
    """Only another upload helps. The message says why."""


def is_large(pk: int) -> bool:
    return _rows().filter(pk=pk, bytes__gt=_LARGE).exclude(incoming="").exists()


def publish(pk: int, *, described: bool = False) -> None:
    """Write the original of the asset ``pk`` as its row describes it, and record that. Safe to repeat.

    If it is only ``described`` better, and nothing that visitors may see has changed, no signal is sent: nobody has to
    look at the image, which may cost money. Holds no lock. Raises `StorageUnavailable` or `RetryLater`; the row then
    says why.
    """
    key = _rows().filter(pk=pk).values_list("key", flat=True).first()
    if key is None:
        return
    try:
        _publish(pk, key, described)
    except (StorageUnavailable, RetryLater) as error:
        _rows().filter(pk=pk, state=State.PUBLISHING).update(publish_error=str(error))
        raise


def _publish(pk: int, key: str, described: bool) -> None:
    written = False
    for _ in range(_ATTEMPTS):
        # In this order: who replaces what a rival has written has read the row after that, so it is no older.
        stored = find_original(key)
        asset = _rows().filter(pk=pk).first()
        if asset is None:
            if written:
                _withdraw(key)
            return
        overwritten = written and not _has_facts(stored, asset.facts)
        if asset.state != State.PUBLISHING and not overwritten:
            return
        if is_deleting(key):
            raise RetryLater(f"The deleted image that had the key {key} is still being removed.")
        try:
            if not _write(asset, stored):
                continue
        except _FileIsLost as error:
            _record_failure(asset, str(error))
            return
        written = True
        changed = asset.replaced or overwritten
        if _record(asset, changed=changed, quiet=described and not (changed or asset.incoming)):
            return
    raise StorageUnavailable(f"The original {key} was written by others {_ATTEMPTS} times while it was published.")


def _write(asset: Asset, stored: Head | None) -> bool:
    """Returns False if somebody else wrote the original since it was looked at."""
    if not asset.incoming:
        return _write_facts(asset, stored)
    try:
        body = incoming.read(asset.incoming)
    except Missing:
        if _has_facts(stored, asset.facts):
            return True  # written by a process that was killed before it recorded it
        if not _as_read(asset).exists():
            return False  # a rival was faster
        raise _FileIsLost("The uploaded file is no longer in storage. Upload it again.") from None
    if hashlib.sha256(body).hexdigest() != asset.sha256:
        raise _FileIsLost("The uploaded file was damaged in storage. Upload it again.")
    return _put(asset, stored, body)


def _put(asset: Asset, stored: Head | None, body: bytes) -> bool:
    etag = object_store().put(
        original_object_key(asset.key),
        body,
        content_type=formats.BY_NAME[asset.format].content_type,
        metadata=asset.facts.as_metadata(),
        only_if_absent=stored is None,
        if_match=stored.etag if stored else None,
    )
    return etag is not None


def _write_facts(asset: Asset, stored: Head | None) -> bool:
    if stored is None:
        raise _FileIsLost(_MISSING.format(asset.key))
    if not _has_bytes(stored, asset):
        raise _FileIsLost(f"The original {asset.key} in storage is not the uploaded file. Upload the file again.")
    try:
        written: bool = originals.set_facts(asset.key, asset.facts, stored.etag)
    except FileNotFoundError:
        return False
    return written


def _has_bytes(stored: Head, asset: Asset) -> bool:
    """Whether the stored original is the row's file. Its version says so, unless somebody copied it there."""
    facts = OriginalFacts.read(stored.metadata)
    if facts and facts.version == asset_version(asset.sha256, facts.focal, facts.faces, facts.verdict):
        return True
    body = object_store().get(original_object_key(asset.key)).body
    return hashlib.sha256(body).hexdigest() == asset.sha256


def _has_facts(stored: Head | None, facts: OriginalFacts) -> bool:
    found = OriginalFacts.read(stored.metadata) if stored else None
    return found is not None and replace(found, examined=facts.examined) == facts


def _record(asset: Asset, *, changed: bool, quiet: bool) -> bool:
    """Returns False if the row has changed since it was read."""
    using = router.db_for_write(Asset)
    with transaction.atomic(using):
        done = {"state": State.PUBLISHED, "incoming": "", "replaced": False, "publish_error": ""}
        if not _as_read(asset).update(**done):
            return False
        if not quiet:
            original_published.send(sender=Asset, instance=asset, using=using)
        if changed:
            original_changed.send(sender=Asset, instance=asset, using=using)
    if asset.incoming:
        incoming.discard(asset.incoming)
    return True


def record_lost(asset: Asset) -> None:
    """Note that a published original is missing from storage. Its page then asks for another upload."""
    if asset.state == State.PUBLISHED:
        _record_failure(asset, _MISSING.format(asset.key))


def _record_failure(asset: Asset, reason: str) -> None:
    log.error("The image %s cannot be published: %s", asset.key, reason)
    _as_read(asset).update(state=State.FAILED, incoming="", publish_error=reason)


def _withdraw(key: str) -> None:
    """Delete an original that was written while its row was deleted."""
    request_purge(key, reason=Purge.Reason.DELETED, action=Purge.Action.DELETE_ORIGINAL)


def _rows() -> QuerySet[Asset]:
    return Asset._base_manager.using(router.db_for_write(Asset))


def _as_read(asset: Asset) -> QuerySet[Asset]:
    """The row, if nobody has changed it since."""
    return _rows().filter(pk=asset.pk, version=asset.version, incoming=asset.incoming, state=asset.state)
