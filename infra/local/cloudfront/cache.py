"""The edge's cache: a file an entry, an index in memory, the least recently used gone first."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from pathlib import Path

from infra.local.cloudfront.entry import Entry
from infra.local.cloudfront.memory import Memory


class DiskCache:
    """Replies by cache key under ``root``, at most ``max_bytes`` of bodies; small ones in memory too.

    An entry is one file (its facts, a newline, its body), renamed into place: there whole, or not at all.
    """

    def __init__(self, root: Path, max_bytes: int = 1 << 30, memory_bytes: int = 64 << 20) -> None:
        self._root = root
        self._max_bytes = max_bytes
        self._entries: OrderedDict[str, Entry] = OrderedDict()
        self._bytes = 0
        self._hot = Memory(memory_bytes)
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
        hot = self._hot.get(entry.key)
        if hot is not None:
            return hot
        try:
            body = self._path(entry.key).read_bytes().partition(b"\n")[2]
        except FileNotFoundError:
            self.remove([entry.key])
            return None
        self._hot.put(entry.key, body)
        return body

    def put(self, entry: Entry, body: bytes) -> None:
        """Keep ``entry`` in place of what had its key, and drop what no longer fits."""
        if entry.size > self._max_bytes:
            return
        self._write(entry, body)
        self._forget(entry.key)
        self._entries[entry.key] = entry
        self._bytes += entry.size
        self._hot.put(entry.key, body)
        while self._bytes > self._max_bytes:
            self.remove([next(iter(self._entries))])

    def remove(self, keys: Iterable[str]) -> None:
        for key in keys:
            self._forget(key)
            self._path(key).unlink(missing_ok=True)

    def _forget(self, key: str) -> None:
        entry = self._entries.pop(key, None)
        if entry is not None:
            self._bytes -= entry.size
        self._hot.pop(key)

    def _path(self, key: str) -> Path:
        name = hashlib.sha256(key.encode()).hexdigest()
        return self._root / name[:2] / name[2:]

    def _write(self, entry: Entry, body: bytes) -> None:
        path = self._path(entry.key)
        path.parent.mkdir(exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(dir=path.parent, suffix=".part")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.writelines((entry.to_json(), b"\n", body))
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise

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
