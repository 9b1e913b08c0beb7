"""The fallback image, as one process caches it: read when the first error needs it."""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Callable

from edge.contract.manifest import PublishedFallback
from edge.contract.reply import FallbackImage
from edge.storage.errors import Missing, StorageUnavailable, TooLarge
from edge.storage.manifest_cache import FALLBACK_SECONDS, ManifestCache
from edge.storage.objects.store import Store

log = logging.getLogger("imagehub.fallback")

#: A larger fallback image is not read: it has to fit into a generated reply.
MAX_BYTES = 100_000


class FallbackCache:
    """The fallback image of one store."""

    def __init__(self, store: Store, manifests: ManifestCache, clock: Callable[[], float] = time.monotonic) -> None:
        self._store = store
        self._manifests = manifests
        self._clock = clock
        self._published: PublishedFallback | None = None
        self._tried_at = float("-inf")
        self._image: FallbackImage | None = None

    def current(self) -> FallbackImage | None:
        """The image that the manifest names; `None` if there is none or it cannot be read at the moment."""
        try:
            published = self._manifests.fallback()
        except StorageUnavailable:
            return self._image
        if published != self._published:
            self._published, self._image, self._tried_at = published, None, float("-inf")
        if published is not None and self._image is None and self._clock() - self._tried_at >= FALLBACK_SECONDS:
            self._tried_at = self._clock()
            self._image = self._read(published)
        return self._image

    def cached(self) -> FallbackImage | None:
        """`current`, but without asking storage for an image that is not in memory."""
        return self.current() if self._image else None

    def _read(self, published: PublishedFallback) -> FallbackImage | None:
        try:
            body = self._store.get(published.object_key, MAX_BYTES).body
        except (Missing, TooLarge, StorageUnavailable) as error:
            log.error("the fallback image %s cannot be read: %r", published.object_key, error)
            return None
        if hashlib.sha256(body).hexdigest() != published.sha256:
            log.error("the fallback image %s is damaged", published.object_key)
            return None
        return FallbackImage(body, published.content_type)
