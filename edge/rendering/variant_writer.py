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

from edge.contract import keys
from edge.contract.errors import NotFound
from edge.contract.keys import VariantKey
from edge.contract.policy import What
from edge.contract.recipe import PresetRef
from edge.storage.errors import Missing, StoreUnavailable
from edge.storage.objects.base import IMMUTABLE, Head, Store

log = logging.getLogger("imagehub.storing")

#: For a picture that could not be stored, and for one that may not be what its preset means now: it is soon asked for
#: again.
UNSURE = "public, max-age=60, s-maxage=60"


@dataclass(frozen=True, slots=True)
class Variant:
    """A variant's bytes and what a reply says of them. ``key`` is the true one, whatever alias was asked for."""

    key: VariantKey
    what: What
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
        return tags(self.key.key, self.what)


class Changed(Exception):  # not an error: a reason to begin again
    """The original was replaced while we worked on it."""


def tags(key: str, what: What | None) -> str:
    """The cache tags of an answer about the asset ``key``."""
    own = keys.cache_tag(key)
    return f"{own},{keys.preset_tag(what.name)}" if isinstance(what, PresetRef) else own


def keep(store: Store, variant: Variant, original: Head) -> Variant:
    """``variant`` of that ``original``, stored. What cannot be written is served all the same, for a minute.

    Raises `Changed`, `NotFound` where the original is no longer there, `StoreUnavailable`.
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
    except StoreUnavailable as error:
        log.error("%s could not be stored: %s", variant.key, error)
        return replace(variant, cache_control=UNSURE)
    try:
        now = _check_unchanged(store, variant, original)
    except (Changed, NotFound):
        store.delete(variant.key.object_key)
        raise
    except StoreUnavailable:
        if etag is not None:  # nobody else answers for it
            with suppress(StoreUnavailable):
                store.delete(variant.key.object_key)
        raise
    if etag is None:
        return _found(store, variant)
    return replace(variant, etag=etag, last_modified=now)


def _check_unchanged(store: Store, variant: Variant, original: Head) -> datetime | None:
    """The store's time. Raises `Changed` or `NotFound` where the original is not the one ``variant`` is made of."""
    try:
        found = store.head(keys.original_key(variant.key.key))
    except Missing:
        raise original_missing() from None
    if found.etag != original.etag or dict(found.metadata) != dict(original.metadata):
        raise Changed
    return found.now


def _found(store: Store, variant: Variant) -> Variant:
    try:
        head = store.head(variant.key.object_key)
    except Missing:
        return variant  # purged since
    return replace(variant, etag=head.etag, last_modified=head.last_modified, found=head.now or head.last_modified)


def original_missing() -> NotFound:
    return NotFound("original_missing", "There is no picture here.")
