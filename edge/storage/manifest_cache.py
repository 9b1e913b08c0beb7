"""The manifest as an edge keeps it: revalidated by ETag, the last good one where the newest is not."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from edge.contract.errors import NotFound
from edge.contract.manifest import OBJECT_KEY, Manifest, PublishedFallback, PublishedPreset
from edge.storage.errors import Missing, StorageUnavailable
from edge.storage.objects.store import Store

log = logging.getLogger("imagehub.manifest")

#: How soon to look again for the fallback picture.
FALLBACK_SECONDS = 60.0
#: How soon for a preset: a purge waits for just so long, so that CloudFront never keeps what is made by the manifest
#: before it. Each look is one HEAD of a small object.
PRESET_SECONDS = 1.0
#: More is no manifest, and is not read: room for ten thousand presets.
MAX_BYTES = 2**20


class ManifestCache:
    """One store's manifest, in this process."""

    def __init__(self, store: Store, clock: Callable[[], float] = time.monotonic) -> None:
        self._store = store
        self._clock = clock
        self._manifest: Manifest | None = None
        self._etag = ""
        self._looked = float("-inf")
        self._is_fresh = False

    @property
    def is_fresh(self) -> bool:
        """Whether the last look found a manifest that can be read, so that what it says may be kept for long."""
        return self._is_fresh

    def preset(self, name: str) -> PublishedPreset:
        """The preset ``name`` at its current revision. Raises `NotFound`, `StorageUnavailable`."""
        preset = self._current(PRESET_SECONDS).presets.get(name)
        if preset is None:
            raise NotFound("preset_unknown", f"There is no preset {name}.")
        return preset

    def fallback(self) -> PublishedFallback | None:
        """The picture that stands in for errors, if there is one. Raises `StorageUnavailable`."""
        return self._current(FALLBACK_SECONDS).fallback

    def _current(self, keep: float) -> Manifest:
        """Where none has ever been read, what presets there are is not known: an error, and no empty manifest."""
        now = self._clock()
        if now - self._looked >= (PRESET_SECONDS if self._manifest is None else keep):
            self._looked = now
            self._look()
        if self._manifest is None:
            raise StorageUnavailable("there is no manifest that can be read")
        return self._manifest

    def _look(self) -> None:
        self._is_fresh = False
        try:
            if self._manifest is not None and self._store.head(OBJECT_KEY).etag == self._etag:
                self._is_fresh = True
                return
            found = self._store.get(OBJECT_KEY, MAX_BYTES)
            self._manifest, self._etag = Manifest.parse(found.body), found.head.etag
            self._is_fresh = True
            if self._manifest.unreadable:
                log.error("this edge cannot read the presets %s", self._manifest.unreadable)
        except Missing as error:
            if self._manifest is None:  # nobody has published anything yet
                self._manifest = Manifest()
            elif self._etag:
                self._log_failure(error)
        except (ValueError, StorageUnavailable) as error:
            self._log_failure(error)

    def _log_failure(self, error: Exception) -> None:
        kept = ", the last good one is kept" if self._manifest else ""
        log.error("the manifest cannot be read%s: %r", kept, error)
