"""Storing a variant once, and only if it was rendered from the original that is stored now.

The original is checked before the write and again after it. After, because an editor may replace it during the write:
the variant is then deleted. Before, because CloudFront may read the variant between the write and that deletion, and
keeps it for a year: rendering is slow enough for a whole purge to pass during it, a write is not.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from edge.contract.cache_control import IMMUTABLE, PROVISIONAL
from edge.contract.errors import NotFound
from edge.contract.original import original_object_key
from edge.rendering.variant import Variant
from edge.storage.errors import Missing, StorageUnavailable
from edge.storage.objects.store import Head, Store

log = logging.getLogger("imagehub.variant_writer")


class OriginalChanged(Exception):  # not an error: a reason to start again
    """The original was replaced while a variant was rendered from it."""


def store_variant(store: Store, variant: Variant, original: Head) -> Variant:
    """``variant``, just rendered from ``original``, as it is now in ``store``.

    If storage refuses the write, the variant is returned with a short lifetime. Raises `OriginalChanged`, `NotFound`
    if the original was deleted, and `StorageUnavailable`.
    """
    try:
        _check_original(store, variant, original)
        etag = _put(store, variant)
    except StorageUnavailable as error:
        log.error("%s could not be stored: %s", variant.key, error)
        return replace(variant, cache_control=PROVISIONAL)
    try:
        now = _check_original(store, variant, original)
    except (OriginalChanged, NotFound):
        store.delete(variant.key.object_key)
        raise
    except StorageUnavailable:
        if etag is not None:  # ours alone, so nobody else deletes it
            with suppress(StorageUnavailable):
                store.delete(variant.key.object_key)
        raise
    if etag is None:
        return _stored_by_another(store, variant)
    return replace(variant, etag=etag, last_modified=now)


def is_same_original(found: Head, original: Head) -> bool:
    """Whether two heads are of the same bytes and the same facts."""
    return found.etag == original.etag and dict(found.metadata) == dict(original.metadata)


def original_missing() -> NotFound:
    """The error for a key without an original."""
    return NotFound("original_missing", "There is no image with this key.")


def _put(store: Store, variant: Variant) -> str | None:
    """The ETag; `None` if the variant was there already."""
    return store.put(
        variant.key.object_key,
        variant.body,
        content_type=variant.content_type,
        cache_control=IMMUTABLE,
        content_disposition=variant.disposition,
        metadata={"cache-tag": variant.tags},
        only_if_absent=True,
    )


def _check_original(store: Store, variant: Variant, original: Head) -> datetime | None:
    """Storage's clock. Raises `OriginalChanged` or `NotFound` unless ``original`` is still the stored one."""
    try:
        found = store.head(original_object_key(variant.key.key))
    except Missing:
        raise original_missing() from None
    if not is_same_original(found, original):
        raise OriginalChanged
    return found.now


def _stored_by_another(store: Store, variant: Variant) -> Variant:
    try:
        head = store.head(variant.key.object_key)
    except Missing:
        return variant  # purged since
    return replace(variant, etag=head.etag, last_modified=head.last_modified, found=head.now or head.last_modified)
