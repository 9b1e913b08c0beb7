"""The manifest, as one process caches it: revalidated by ETag, and the last readable one if the newest is not."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from edge.contract.errors import NotFound
from edge.contract.manifest import OBJECT_KEY, Manifest, PublishedFallback, PublishedPreset
from edge.storage.errors import Missing, StorageUnavailable
from edge.storage.objects.store import Store

log = logging.getLogger("imagehub.manifest")

#: Seconds until the manifest is revalidated for the fallback image.
FALLBACK_SECONDS = 60.0
#: Seconds until it is revalidated for a preset. A purge waits for as long, so that CloudFront never keeps a variant
#: made by the previous manifest. Revalidating costs one HEAD of a small object.
PRESET_SECONDS = 1.0
#: A larger manifest is not read. This is room for ten thousand presets.
MAX_BYTES = 2**20


class ManifestCache:
    """The manifest of one store."""

    def __init__(self, store: Store, clock: Callable[[], float] = time.monotonic) -> None:
        self._store = store
        self._clock = clock
        self._manifest: Manifest | None = None
        self._etag = ""
        self._checked_at = float("-inf")
        self._is_fresh = False

    @property
    def is_fresh(self) -> bool:
        """Whether the last check found a readable manifest, so that replies based on it may be kept for long."""
        return self._is_fresh

    def preset(self, name: str) -> PublishedPreset:
        """The preset ``name`` at its current revision. Raises `NotFound`, `StorageUnavailable`."""
        preset = self._current(PRESET_SECONDS).presets.get(name)
        if preset is None:
            raise NotFound("preset_unknown", f"There is no preset named {name}.")
        return preset

    def fallback(self) -> PublishedFallback | None:
        """The fallback image, if one is published. Raises `StorageUnavailable`."""
        return self._current(FALLBACK_SECONDS).fallback

    def _current(self, max_age: float) -> Manifest:
        """Raises `StorageUnavailable` if no manifest has ever been read: the presets are then unknown, not missing."""
        now = self._clock()
        if now - self._checked_at >= (PRESET_SECONDS if self._manifest is None else max_age):
            self._checked_at = now
            self._check()
        if self._manifest is None:
            raise StorageUnavailable("no readable manifest")
        return self._manifest

    def _check(self) -> None:
        self._is_fresh = False
        try:
            if self._manifest is not None and self._store.head(OBJECT_KEY).etag == self._etag:
                self._is_fresh = True
                return
            self._read()
        except Missing as error:
            if self._manifest is None:  # nothing has been published yet
                self._manifest = Manifest()
            elif self._etag:
                self._log_failure(error)
        except (ValueError, StorageUnavailable) as error:
            self._log_failure(error)

    def _read(self) -> None:
        found = self._store.get(OBJECT_KEY, MAX_BYTES)
        self._manifest, self._etag = Manifest.parse(found.body), found.head.etag
        self._is_fresh = True
        if self._manifest.unreadable:
            log.error("this edge cannot read the presets %s", self._manifest.unreadable)

    def _log_failure(self, error: Exception) -> None:
        kept = ", the last readable one is used" if self._manifest else ""
        log.error("the manifest cannot be read%s: %r", kept, error)
