"""The manifest as an edge keeps it: for a minute, revalidated by ETag, the last good one where the newest is not."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from edge.errors import NotFound
from edge.manifest import OBJECT_KEY, Fallback, Manifest, Preset
from edge.recipe import PresetRef
from edge.store import Missing, Store, StoreUnavailable

log = logging.getLogger("imagehub.manifest")

KEEP_SECONDS = 60.0
#: How soon to look again for a preset that the kept manifest does not know at just that revision. So an alias,
#: which CloudFront keeps for a day, is never answered from a manifest that a purge has overtaken.
LOOK_AGAIN_SECONDS = 1.0


class ManifestCache:
    """One store's manifest, in this process."""

    def __init__(self, store: Store, clock: Callable[[], float] = time.monotonic) -> None:
        self._store = store
        self._clock = clock
        self._manifest: Manifest | None = None
        self._etag = ""
        self._looked = float("-inf")

    def preset(self, ref: PresetRef) -> Preset:
        """The preset that ``ref`` names, at its current revision. Raises `NotFound`, `StoreUnavailable`."""
        preset = self._current(KEEP_SECONDS).presets.get(ref.name)
        if preset is None or ref.revision != preset.revision:
            preset = self._current(LOOK_AGAIN_SECONDS).presets.get(ref.name)
        if preset is None:
            raise NotFound("preset_unknown", f"There is no preset {ref.name}.")
        return preset

    def fallback(self) -> Fallback | None:
        """The picture that stands in for errors, if there is one. Raises `StoreUnavailable`."""
        return self._current(KEEP_SECONDS).fallback

    def _current(self, keep: float) -> Manifest:
        now = self._clock()
        if self._manifest is None or now - self._looked >= keep:
            self._looked = now
            self._manifest = self._look(self._manifest)
        return self._manifest

    def _look(self, last: Manifest | None) -> Manifest:
        try:
            if last is not None and self._store.head(OBJECT_KEY).etag == self._etag:
                return last
            found = self._store.get(OBJECT_KEY)
            manifest = Manifest.parse(found.body)
        except (Missing, ValueError, StoreUnavailable) as error:
            return self._without_a_new_one(last, error)
        self._etag = found.head.etag
        return manifest

    def _without_a_new_one(self, last: Manifest | None, error: Exception) -> Manifest:
        if last is None and isinstance(error, StoreUnavailable):
            raise error
        if last is not None or not isinstance(error, Missing):
            log.error("the manifest cannot be read, the last good one is kept: %s", error)
        return last or Manifest()
