"""Originals that could not be rendered, so that requests under whatever URL, in whatever process, cost no new attempt.

CloudFront keeps a 415 only under the URL that it answers, and that of a HEAD request not at all.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from edge.contract.cache_control import NO_STORE
from edge.contract.errors import SourceRefused
from edge.contract.failure import LIFETIME, MAX_RECORD_BYTES, failure_object_key, parse_failure, spell_failure
from edge.storage.errors import Missing, StorageUnavailable, TooLarge
from edge.storage.objects.store import Head, PreconditionFailed, Store

log = logging.getLogger("imagehub.failures")

#: For so long this process relies on what it has seen; then it looks at the record again, which a purge may have
#: deleted. CloudFront keeps a 415 as long.
KEEP_SECONDS = 60.0
_MAX_ENTRIES = 4096


class FailureMemory:
    """Refusals by the original's ETag: in this process, and in ``store`` for engines of the same ``rev``."""

    def __init__(self, store: Store, rev: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._store, self._rev, self._clock = store, rev, clock
        #: What was refused, and when that was last seen.
        self._seen: dict[str, tuple[SourceRefused, float]] = {}

    def knows(self, etag: str) -> bool:
        """Whether the original was refused a moment ago. No I/O."""
        return etag in self._seen and self._clock() - self._seen[etag][1] < KEEP_SECONDS

    def check(self, etag: str, *, look: bool) -> None:
        """Raises `SourceRefused` if the original has been refused, and `StorageUnavailable`.

        Storage is asked if ``look``, or if this process refused the original more than a moment ago.
        """
        if self.knows(etag):
            raise _copy(self._seen[etag][0])
        if not look and etag not in self._seen:
            return
        refusal = self._read(etag)
        if refusal is None:
            self._seen.pop(etag, None)
            return
        self._keep(etag, refusal)
        raise refusal

    def remember(self, etag: str, refusal: SourceRefused) -> None:
        """Refuse the original from now on. If storage does not take the record, only this process knows."""
        self._keep(etag, refusal)
        log.warning("%s is refused: %s %s", etag, refusal.code, refusal.message)
        object_key = failure_object_key(etag, self._rev)
        try:
            record = spell_failure(refusal)
            self._store.put(object_key, record, content_type="application/json", cache_control=NO_STORE)
        except StorageUnavailable as error:
            log.error("%s could not be stored: %s", object_key, error)

    def _read(self, etag: str) -> SourceRefused | None:
        object_key = failure_object_key(etag, self._rev)
        try:
            return parse_failure(self._store.get(object_key, MAX_RECORD_BYTES, _is_recent).body)
        except (Missing, PreconditionFailed):
            return None
        except (TooLarge, ValueError) as error:
            log.error("%s is ignored: %r", object_key, error)
            return None

    def _keep(self, etag: str, refusal: SourceRefused) -> None:
        self._seen.pop(etag, None)
        if len(self._seen) >= _MAX_ENTRIES:
            self._seen.pop(next(iter(self._seen)))
        self._seen[etag] = _copy(refusal), self._clock()


def _is_recent(record: Head) -> bool:
    """By storage's own clock: a lifecycle rule acts once a day, and a directory has none."""
    return record.now is None or record.now - record.last_modified < LIFETIME


def _copy(refusal: SourceRefused) -> SourceRefused:
    """Without the traceback, which would keep the original's bytes in memory."""
    return SourceRefused(refusal.code, refusal.message)
