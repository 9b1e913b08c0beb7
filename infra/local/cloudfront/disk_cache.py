"""The edge's cache on disk: one file per entry, an index in memory, least recently used entries evicted first."""

from __future__ import annotations

import contextlib
import hashlib
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from pathlib import Path

from edge.storage.atomic_write import write_atomically
from edge.storage.private_folder import create_private_folder
from infra.local.cloudfront.cache_entry import CacheEntry


class DiskCache:
    """Replies by cache key under ``root``: at most ``max_entries`` of them, with ``max_bytes`` of bodies.

    A file holds the entry as one line of JSON, then the body.
    """

    def __init__(self, root: Path, max_bytes: int = 1 << 30, max_entries: int = 10_000) -> None:
        self._root = root
        self._max_bytes = max_bytes
        # Each entry takes a few kilobytes of memory, and a client can make up any number of URLs.
        self._max_entries = max_entries
        self._entries: OrderedDict[str, CacheEntry] = OrderedDict()
        self._bytes = 0
        create_private_folder(root)
        self._load()

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[CacheEntry]:
        return iter(list(self._entries.values()))

    def get(self, key: str) -> CacheEntry | None:
        """Return the entry, fresh or stale, and mark it as the most recently used."""
        entry = self._entries.get(key)
        if entry is not None:
            self._entries.move_to_end(key)
        return entry

    def body(self, entry: CacheEntry) -> bytes | None:
        """Return the entry's body, or None if its file has been deleted."""
        try:
            return self._path(entry.key).read_bytes().partition(b"\n")[2]
        except FileNotFoundError:
            self.remove([entry.key])
            return None

    def put(self, entry: CacheEntry, body: bytes) -> None:
        """Store ``entry``, replacing one with the same key, and evict what no longer fits."""
        # Such an entry would evict all others, and then itself.
        if entry.size > self._max_bytes:
            return
        path = self._path(entry.key)
        create_private_folder(path.parent)
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
        # A key contains slashes and line breaks, and may be longer than the 255 bytes that a file name can have.
        name = hashlib.sha256(key.encode()).hexdigest()
        return self._root / name[:2] / name[2:]

    def _load(self) -> None:
        entries = []
        for path in self._root.glob("*/*"):
            entry = _read_entry(path)
            if entry is None:
                path.unlink()
            else:
                entries.append(entry)
        # The order of use is not stored on disk; the order of storing comes closest to it.
        for entry in sorted(entries, key=lambda entry: entry.stored_at):
            self._entries[entry.key] = entry
            self._bytes += entry.size


def _read_entry(path: Path) -> CacheEntry | None:
    """Return None if the file is not a complete entry: a killed process left it, or an older version wrote it."""
    with contextlib.suppress(ValueError, TypeError, KeyError), path.open("rb") as file:
        line = file.readline()
        entry = CacheEntry.from_json(line)
        if path.stat().st_size == len(line) + entry.size:
            return entry
    return None
