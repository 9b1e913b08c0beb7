"""The originals that are placed on others, such as watermarks: read once and kept by version."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from threading import Lock

from edge.contract.errors import NotFound, OverlayUnavailable, SourceRefused
from edge.contract.operations import Operation
from edge.contract.original import Verdict
from edge.contract.timings import Timings
from edge.rendering.original_reader import OriginalReader, facts_of
from edge.storage.objects.store import Head, PreconditionFailed, Store

#: A larger file is not placed on others. Together they may take four times as much memory.
MAX_OVERLAY_BYTES = 5 * 2**20
_MAX_TOTAL = 4 * MAX_OVERLAY_BYTES


class OverlayReader:
    """The overlays of one store. A version names the bytes, so what is kept is never stale."""

    def __init__(self, store: Store) -> None:
        self._originals = OriginalReader(store, MAX_OVERLAY_BYTES)
        self._kept: OrderedDict[tuple[str, str], bytes] = OrderedDict()
        self._lock = Lock()

    def read(self, operations: Sequence[Operation], timings: Timings) -> Mapping[tuple[str, str], bytes]:
        """The originals that ``operations`` place, by key and version: one call to storage for each that is not kept.

        Raises `OverlayUnavailable` if one is missing, is not shown, has another version, is too large or was not
        examined; and `StorageUnavailable`.
        """
        return {named: self._read_one(*named, timings) for each in operations if (named := each.overlay)}

    def _read_one(self, key: str, version: str, timings: Timings) -> bytes:
        with self._lock:
            if body := self._kept.get((key, version)):
                self._kept.move_to_end((key, version))
                return body
        try:
            body = self._originals.load(key, timings, lambda head: _is_usable(head, version)).body
        except (NotFound, SourceRefused, PreconditionFailed):
            raise OverlayUnavailable.named(key) from None
        self._keep((key, version), body)
        return body

    def _keep(self, named: tuple[str, str], body: bytes) -> None:
        with self._lock:
            self._kept[named] = body
            while sum(map(len, self._kept.values())) > _MAX_TOTAL:
                self._kept.popitem(last=False)


def _is_usable(head: Head, version: str) -> bool:
    """Not one that nobody examined, which may take forever: this process reads it together with the image below."""
    facts = facts_of(head)
    return facts.version == version and facts.examined and facts.verdict is Verdict.SHOWN
