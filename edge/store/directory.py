"""A directory that behaves like a bucket: bodies are plain files, so that people see their pictures.

A body and its facts are two files. A writer first gives the sidecar both the standing body's facts and the new
body's, then renames the new body in; so the sidecar always knows the body that is there, a reader finds the facts of
the very bytes that it has opened, and a kill at any moment leaves the old object or the new one.
"""

from __future__ import annotations

import fcntl
import os
import time
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from edge.store import Head, Missing, Object, Store, StoreUnavailable, TooLarge, sidecar
from edge.store.rules import checked_key, checked_metadata
from edge.store.sidecar import Facts

_META, _TEMPORARY, _LOCKS = ".meta", ".tmp", ".locks"
_OWN = (_META, _TEMPORARY, _LOCKS)
_ATTEMPTS = 100
#: A temporary file older than this (seconds) was left by a writer that was killed.
_ABANDONED = 86_400


class DirectoryStore(Store):
    """Objects under ``root``, which must exist: a disk that is not mounted is not an empty store."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._swept = False

    def get(self, key: str, max_bytes: int | None = None) -> Object:
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
        with _answering(), self._temporary(body) as (temporary, token):
            facts = Facts.of(body, token, content_type, cache_control, checked)
            with self._locked(key):
                if only_if_absent and path.is_file():
                    return None
                self._write_facts(key, [*self._standing(key, path), facts])
                try:
                    _place(path, lambda: move(temporary, path))
                except FileExistsError:  # somebody put it there by hand just now
                    return None
        return facts.etag

    def delete(self, key: str) -> None:
        path = self._path(key)
        with _answering(), self._locked(key):
            for file in (path, self._sidecar(key)):
                with suppress(FileNotFoundError, NotADirectoryError, IsADirectoryError):
                    file.unlink()
                self._prune(file.parent)

    def list(self, prefix: str) -> Iterator[str]:
        folder = prefix.rpartition("/")[0]
        start = self._path(folder) if folder else self.root
        with _answering():
            self._require_root()
            for key in _walk(start, f"{folder}/" if folder else ""):
                if key.startswith(prefix):
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
            raise StoreUnavailable("the store's directory is not there")

    def _read(self, key: str, max_bytes: int | None, *, whole: bool) -> Object:
        path = self._path(key)
        for _ in range(_ATTEMPTS):
            with _answering(), self._open(path) as file:
                status = os.fstat(file.fileno())
                if max_bytes is not None and status.st_size > max_bytes:
                    raise TooLarge(f"{status.st_size} bytes; at most {max_bytes} are taken")
                entries = self._entries(key)
                facts = sidecar.of_file(entries, status)
                body = file.read(status.st_size) if whole or facts is None else b""
                facts = facts or sidecar.of_body(entries, body)
                if facts:
                    return Object(body, facts.head())
                if _is_still(path, status):  # so the sidecar has never known it
                    return Object(body, sidecar.guess(key, body, status))
        raise StoreUnavailable("the object changes faster than it can be read")

    def _open(self, path: Path) -> BinaryIO:
        try:
            return path.open("rb")
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            self._require_root()
            raise Missing(path.name) from None

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
            _place(path, lambda: temporary.replace(path))

    @contextmanager
    def _temporary(self, content: bytes) -> Iterator[tuple[Path, str]]:
        """A file of our own with ``content``, and the token that it keeps when it is moved."""
        folder = self.root / _TEMPORARY
        folder.mkdir(exist_ok=True)
        self._sweep(folder)
        path = folder / uuid4().hex
        try:
            with path.open("xb") as file:
                file.write(content)
                file.flush()
                token = sidecar.file_token(os.fstat(file.fileno()))
            yield path, token
        finally:
            path.unlink(missing_ok=True)

    def _sweep(self, folder: Path) -> None:
        """Take away, once, what killed writers left."""
        if not self._swept:
            self._swept = True
            for path in folder.iterdir():
                with suppress(FileNotFoundError):
                    if path.stat().st_mtime < time.time() - _ABANDONED:
                        path.unlink()

    @contextmanager
    def _locked(self, key: str) -> Iterator[None]:
        """One writer at a time for a key, among threads and processes; a killed one's lock goes with it."""
        folder = self.root / _LOCKS
        folder.mkdir(exist_ok=True)
        with (folder / f"{zlib.crc32(key.encode()) & 0xFF:02x}").open("ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _prune(self, folder: Path) -> None:
        """Remove ``folder`` and those above it for as long as they are empty."""
        while folder != self.root:
            try:
                folder.rmdir()
            except FileNotFoundError:
                pass
            except OSError:
                return
            folder = folder.parent


@contextmanager
def _answering() -> Iterator[None]:
    try:
        yield
    except StoreUnavailable:
        raise
    except (NotADirectoryError, IsADirectoryError):
        raise ValueError("an object's key cannot be a folder of another's") from None
    except OSError as error:
        raise StoreUnavailable(f"the store's directory: {error.strerror}") from error


def _place(path: Path, move: Callable[[], object]) -> None:
    for _ in range(_ATTEMPTS):
        with suppress(FileNotFoundError):  # a delete has just pruned the folder
            _make_folder(path.parent)
            move()
            return
    raise StoreUnavailable("the store's directory goes away under our hands")


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:
        raise NotADirectoryError(error.errno, "a file is there") from None


def _is_still(path: Path, status: os.stat_result) -> bool:
    try:
        return os.path.samestat(path.stat(), status)
    except (FileNotFoundError, NotADirectoryError):
        return False


def _walk(folder: Path, prefix: str) -> Iterator[str]:
    """The keys below ``folder``, in the order that S3 gives: by code point, a folder's slash included."""
    try:
        entries = list(os.scandir(folder))
    except (FileNotFoundError, NotADirectoryError):
        return
    names = {entry.name + "/" * entry.is_dir(follow_symlinks=False): entry for entry in entries}
    for name in sorted(names):
        if prefix == "" and name.rstrip("/") in _OWN:
            continue
        if name.endswith("/"):
            yield from _walk(folder / name, prefix + name)
        elif names[name].is_file(follow_symlinks=False):
            yield prefix + name
