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
#: How soon to look again for an alias, and for a preset that the kept manifest does not know at just that revision.
#: So what CloudFront keeps for a day is never answered from a manifest that a purge has overtaken.
LOOK_AGAIN_SECONDS = 1.0
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

    def preset(self, ref: PresetRef, *, for_alias: bool = False) -> Preset:
        """The preset that ``ref`` names, at its current revision. Raises `NotFound`, `StoreUnavailable`."""
        preset = self._current(LOOK_AGAIN_SECONDS if for_alias else KEEP_SECONDS).presets.get(ref.name)
        if preset is None or ref.revision != preset.revision:
            preset = self._current(LOOK_AGAIN_SECONDS).presets.get(ref.name)
        if preset is None:
            raise NotFound("preset_unknown", f"There is no preset {ref.name}.")
        return preset

    def fallback(self) -> Fallback | None:
        """The picture that stands in for errors, if there is one. Raises `StoreUnavailable`."""
        return self._current(KEEP_SECONDS).fallback

    def _current(self, keep: float) -> Manifest:
        """Where none has ever been read, what presets there are is not known: an error, and no empty manifest."""
        now = self._clock()
        if now - self._looked >= (LOOK_AGAIN_SECONDS if self._manifest is None else keep):
            self._looked = now
            self._look()
        if self._manifest is None:
            raise StoreUnavailable("there is no manifest that can be read")
        return self._manifest

    def _look(self) -> None:
        try:
            if self._manifest is not None and self._store.head(OBJECT_KEY).etag == self._etag:
                return
            found = self._store.get(OBJECT_KEY, MAX_BYTES)
            self._manifest, self._etag = Manifest.parse(found.body), found.head.etag
            if self._manifest.unread:
                log.error("this edge cannot read the presets %s", self._manifest.unread)
        except Missing as error:
            if self._manifest is None:  # nobody has published anything yet
                self._manifest = Manifest()
            elif self._etag:
                self._lament(error)
        except (ValueError, StoreUnavailable) as error:
            self._lament(error)

    def _lament(self, error: Exception) -> None:
        kept = ", the last good one is kept" if self._manifest else ""
        log.error("the manifest cannot be read%s: %r", kept, error)
