"""A directory that behaves like a bucket: bodies are plain files, so that people see their pictures.

A body and its facts are two files. A writer first gives the sidecar both the standing body's facts and the new
body's, then renames the new body in; so the sidecar always knows the body that is there, a reader finds the facts of
the very bytes that it has opened, and a kill at any moment leaves the old object or the new one.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import BinaryIO

from edge.storage.errors import Missing, PreconditionFailed, StorageUnavailable, TooLarge
from edge.storage.objects import sidecar
from edge.storage.objects.files import ATTEMPTS, answering, is_still, locked, place, prune, sweep, temporary_file, walk
from edge.storage.objects.rules import checked_key, checked_metadata
from edge.storage.objects.sidecar import Facts
from edge.storage.objects.store import Condition, Head, Object, Store

_META, _TEMPORARY, _LOCKS = ".meta", ".tmp", ".locks"
_OWN = (_META, _TEMPORARY, _LOCKS)


class DirectoryStore(Store):
    """Objects under ``root``, which must exist: a disk that is not mounted is not an empty store."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._swept = False

    def get(self, key: str, max_bytes: int | None = None, only_if: Condition | None = None) -> Object:
        if only_if and not only_if(head := self.head(key)):
            raise PreconditionFailed(head)
        return self._read(key, max_bytes, whole=True)

    def head(self, key: str) -> Head:
        """Reads the body only where its file is not the one that was written: it was copied, or put there by hand."""
        return self._read(key, None, whole=False).head

    def put(
        self,
        key: str,
        body: bytes,
        *,
        content_type: str,
        cache_control: str | None = None,
        metadata: Mapping[str, str] | None = None,
        only_if_absent: bool = False,
    ) -> str | None:
        path = self._path(key)
        checked = checked_metadata(metadata)
        move = os.link if only_if_absent else os.replace
        with answering(), self._temporary(body) as (temporary, token):
            facts = Facts.of(body, token, content_type, cache_control, checked)
            with locked(self.root / _LOCKS, key):
                if only_if_absent and path.is_file():
                    return None
                self._write_facts(key, [*self._standing(key, path), facts])
                try:
                    place(path, lambda: move(temporary, path))
                except FileExistsError:  # somebody put it there by hand just now
                    return None
        return facts.etag

    def delete(self, key: str) -> None:
        path = self._path(key)
        with answering(), locked(self.root / _LOCKS, key):
            for file in (path, self._sidecar(key)):
                with suppress(FileNotFoundError, NotADirectoryError, IsADirectoryError):
                    file.unlink()
                prune(file.parent, self.root)

    def list(self, prefix: str) -> Iterator[str]:
        folder = prefix.rpartition("/")[0]
        start = self._path(folder) if folder else self.root
        with answering():
            self._require_root()
            for key in walk(start, f"{folder}/" if folder else ""):
                if key.startswith(prefix) and key.split("/")[0] not in _OWN:
                    yield key

    def _path(self, key: str) -> Path:
        """Where the body lives; `ValueError` where that would be outside of the root, or among our own files."""
        path = self.root / checked_key(key)
        root = os.path.realpath(self.root)
        if key.split("/")[0] in _OWN or os.path.commonpath([root, os.path.realpath(path)]) != root:
            raise ValueError(f"not an object's key: {key!r}")
        return path

    def _sidecar(self, key: str) -> Path:
        return self.root / _META / key

    def _require_root(self) -> None:
        if not self.root.is_dir():
            raise StorageUnavailable("the store's directory is not there")

    def _read(self, key: str, max_bytes: int | None, *, whole: bool) -> Object:
        path = self._path(key)
        for _ in range(ATTEMPTS):
            with answering(), self._open(key, path) as file:
                status = os.fstat(file.fileno())
                if max_bytes is not None and status.st_size > max_bytes:
                    raise TooLarge(f"{status.st_size} bytes; at most {max_bytes} are taken")
                entries = self._entries(key)
                facts = sidecar.of_file(entries, status)
                body = file.read(status.st_size) if whole or facts is None else b""
                facts = facts or sidecar.of_body(entries, body)
                if facts:
                    return Object(body, facts.head())
                if is_still(path, status):  # so the sidecar has never known it
                    return Object(body, sidecar.guess(key, body, status))
        raise StorageUnavailable("the object changes faster than it can be read")

    def _open(self, key: str, path: Path) -> BinaryIO:
        try:
            return path.open("rb")
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            self._require_root()
            raise Missing(key) from None

    def _entries(self, key: str) -> Sequence[Facts]:
        try:
            return sidecar.parse(self._sidecar(key).read_bytes())
        except (FileNotFoundError, NotADirectoryError):
            return []

    def _standing(self, key: str, path: Path) -> Sequence[Facts]:
        """The facts of the body that is there now."""
        entries = self._entries(key)
        try:
            with path.open("rb") as file:
                facts = sidecar.of_file(entries, os.fstat(file.fileno())) or sidecar.of_body(entries, file.read())
        except FileNotFoundError:
            return []
        return [facts] if facts else []

    def _write_facts(self, key: str, entries: Sequence[Facts]) -> None:
        path = self._sidecar(key)
        with self._temporary(sidecar.spell(entries)) as (temporary, _):
            place(path, lambda: temporary.replace(path))

    def _temporary(self, content: bytes) -> AbstractContextManager[tuple[Path, str]]:
        folder = self.root / _TEMPORARY
        folder.mkdir(exist_ok=True)
        if not self._swept:
            self._swept = True
            sweep(folder)
        return temporary_file(folder, content)
