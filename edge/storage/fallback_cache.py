"""The fallback picture as an edge keeps it: read once, when the first error wants it."""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

from edge.contract.manifest import PublishedFallback
from edge.storage.errors import Missing, StorageUnavailable, TooLarge
from edge.storage.manifest_cache import FALLBACK_SECONDS, ManifestCache
from edge.storage.objects.store import Store

log = logging.getLogger("imagehub.fallback")

#: More is no small picture, and is not read.
MAX_BYTES = 100_000


@dataclass(frozen=True, slots=True)
class FallbackImage:
    """What stands in an error's body."""

    body: bytes
    content_type: str


class FallbackCache:
    """One store's fallback picture, in this process."""

    def __init__(self, store: Store, manifests: ManifestCache, clock: Callable[[], float] = time.monotonic) -> None:
        self._store = store
        self._manifests = manifests
        self._clock = clock
        self._named: PublishedFallback | None = None
        self._tried = float("-inf")
        self._kept: FallbackImage | None = None

    def current(self) -> FallbackImage | None:
        """The picture that the manifest names; `None` without one, or where it cannot be had just now."""
        try:
            named = self._manifests.fallback()
        except StorageUnavailable:
            return self._kept
        if named != self._named:
            self._named, self._kept, self._tried = named, None, float("-inf")
        if named is not None and self._kept is None and self._clock() - self._tried >= FALLBACK_SECONDS:
            self._tried = self._clock()
            self._kept = self._read(named)
        return self._kept

    def known(self) -> FallbackImage | None:
        """The same for who cannot count on the store: without a picture in memory it is not asked at all."""
        return self.current() if self._kept else None

    def _read(self, named: PublishedFallback) -> FallbackImage | None:
        try:
            body = self._store.get(named.object_key, MAX_BYTES).body
        except (Missing, TooLarge, StorageUnavailable) as error:
            log.error("the fallback picture %s cannot be read: %r", named.object_key, error)
            return None
        if hashlib.sha256(body).hexdigest() != named.sha256:
            log.error("the fallback picture %s is damaged", named.object_key)
            return None
        return FallbackImage(body, named.content_type)
