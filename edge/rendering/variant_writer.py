"""Storing a variant so that no race leaves a wrong one behind (contract 2).

It is written once, if its original is still the one that it was made of, and taken away again where that has changed
meanwhile. The look before is for CloudFront: what it reads of S3 in the moment between, it keeps for a year. So an
editor's whole purge would have to come while a picture is written; while it is made would be long enough.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from edge.contract.cache_control import IMMUTABLE, PROVISIONAL
from edge.contract.cache_tags import cache_tags
from edge.contract.errors import NotFound
from edge.contract.original import original_object_key
from edge.contract.recipe import RecipeOrPreset
from edge.contract.variant_key import VariantKey
from edge.storage.errors import Missing, StorageUnavailable
from edge.storage.objects.store import Head, Store

log = logging.getLogger("imagehub.storing")


@dataclass(frozen=True, slots=True)
class Variant:
    """A variant's bytes and what a reply says of them. ``key`` is the true one, whatever alias was asked for."""

    key: VariantKey
    recipe: RecipeOrPreset
    body: bytes
    content_type: str
    cache_control: str = IMMUTABLE
    etag: str | None = None
    last_modified: datetime | None = None
    #: When it was found in the store, by the store's clock, though CloudFront was told that it is not there: somebody
    #: else was quicker, or CloudFront may not read it.
    found: datetime | None = None

    @property
    def tags(self) -> str:
        return cache_tags(self.key.key, self.recipe)


class OriginalChanged(Exception):  # not an error: a reason to begin again
    """The original was replaced while we worked on it."""


def store_variant(store: Store, variant: Variant, original: Head) -> Variant:
    """``variant`` of that ``original``, stored. What cannot be written is served all the same, for a minute.

    Raises `OriginalChanged`, `NotFound` where the original is no longer there, `StorageUnavailable`.
    """
    try:
        _check_unchanged(store, variant, original)
        etag = store.put(
            variant.key.object_key,
            variant.body,
            content_type=variant.content_type,
            cache_control=IMMUTABLE,
            metadata={"cache-tag": variant.tags},
            only_if_absent=True,
        )
    except StorageUnavailable as error:
        log.error("%s could not be stored: %s", variant.key, error)
        return replace(variant, cache_control=PROVISIONAL)
    try:
        now = _check_unchanged(store, variant, original)
    except (OriginalChanged, NotFound):
        store.delete(variant.key.object_key)
        raise
    except StorageUnavailable:
        if etag is not None:  # nobody else answers for it
            with suppress(StorageUnavailable):
                store.delete(variant.key.object_key)
        raise
    if etag is None:
        return _found(store, variant)
    return replace(variant, etag=etag, last_modified=now)


def _check_unchanged(store: Store, variant: Variant, original: Head) -> datetime | None:
    """The store's time. Raises `OriginalChanged`, or `NotFound`, unless ``variant`` was made of that original."""
    try:
        found = store.head(original_object_key(variant.key.key))
    except Missing:
        raise original_missing() from None
    if found.etag != original.etag or dict(found.metadata) != dict(original.metadata):
        raise OriginalChanged
    return found.now


def _found(store: Store, variant: Variant) -> Variant:
    try:
        head = store.head(variant.key.object_key)
    except Missing:
        return variant  # purged since
    return replace(variant, etag=head.etag, last_modified=head.last_modified, found=head.now or head.last_modified)


def original_missing() -> NotFound:
    return NotFound("original_missing", "There is no picture here.")
