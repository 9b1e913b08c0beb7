"""The edge's cache: a file an entry, an index in memory, the least recently used gone first."""

from __future__ import annotations

import contextlib
import hashlib
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from pathlib import Path

from edge.storage.atomic_write import write_atomically
from infra.local.cloudfront.entry import Entry


class DiskCache:
    """Replies by cache key under ``root``, at most ``max_entries`` of them and ``max_bytes`` of bodies.

    An entry is one file: its facts, a newline, its body.
    """

    def __init__(self, root: Path, max_bytes: int = 1 << 30, max_entries: int = 10_000) -> None:
        self._root = root
        self._max_bytes = max_bytes
        self._max_entries = max_entries  # each takes a few kilobytes of memory, and made-up URLs have no end
        self._entries: OrderedDict[str, Entry] = OrderedDict()
        self._bytes = 0
        root.mkdir(parents=True, exist_ok=True)
        self._load()

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[Entry]:
        return iter(list(self._entries.values()))

    def get(self, key: str) -> Entry | None:
        """The entry, fresh or not; it is now the most recently used."""
        entry = self._entries.get(key)
        if entry is not None:
            self._entries.move_to_end(key)
        return entry

    def body(self, entry: Entry) -> bytes | None:
        """Its body; `None` where it has gone meanwhile."""
        try:
            return self._path(entry.key).read_bytes().partition(b"\n")[2]
        except FileNotFoundError:
            self.remove([entry.key])
            return None

    def put(self, entry: Entry, body: bytes) -> None:
        """Keep ``entry`` in place of what had its key, and drop what no longer fits."""
        if entry.size > self._max_bytes:
            return
        path = self._path(entry.key)
        path.parent.mkdir(exist_ok=True)
        write_atomically(path, b"\n".join((entry.to_json(), body)))
        self._forget(entry.key)
        self._entries[entry.key] = entry
        self._bytes += entry.size
        while self._bytes > self._max_bytes or len(self._entries) > self._max_entries:
            self.remove([next(iter(self._entries))])

    def remove(self, keys: Iterable[str]) -> None:
        for key in keys:
            self._forget(key)
            self._path(key).unlink(missing_ok=True)

    def _forget(self, key: str) -> None:
        entry = self._entries.pop(key, None)
        if entry is not None:
            self._bytes -= entry.size

    def _path(self, key: str) -> Path:
        name = hashlib.sha256(key.encode()).hexdigest()
        return self._root / name[:2] / name[2:]

    def _load(self) -> None:
        entries = []
        for path in self._root.glob("*/*"):
            entry = _read_facts(path)
            if entry is None:
                path.unlink()
            else:
                entries.append(entry)
        for entry in sorted(entries, key=lambda entry: entry.stored_at):
            self._entries[entry.key] = entry
            self._bytes += entry.size


def _read_facts(path: Path) -> Entry | None:
    """`None` where the file is not a whole entry: left behind by a kill, or by an older layout."""
    with contextlib.suppress(ValueError, TypeError, KeyError), path.open("rb") as file:
        line = file.readline()
        entry = Entry.from_json(line)
        if path.stat().st_size == len(line) + entry.size:
            return entry
    return None
