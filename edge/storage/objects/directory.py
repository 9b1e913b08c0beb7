"""A directory that behaves like a bucket. Bodies are plain files, so that people can look at their images.

A body and its metadata are two files. A writer first writes a sidecar that describes both the old body and the new
one, then renames the new body into place. So the sidecar always describes the stored body, a reader finds the metadata
of the very bytes that it has opened, and a kill at any moment leaves the old object or the new one.

What people put there by hand is read too. A link, or anything else that is not a readable regular file, is a missing
object; a sidecar that cannot be read is a missing sidecar. The log names each once.
"""

from __future__ import annotations

import errno
import logging
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from edge.storage.atomic_write import move_into_place, temporary_file
from edge.storage.errors import Denied, Missing, StorageUnavailable, TooLarge
from edge.storage.objects import files, regular_files, sidecar
from edge.storage.objects.rules import checked_metadata, checked_object_key
from edge.storage.objects.sidecar import SidecarEntry
from edge.storage.objects.store import Condition, Head, ListedObject, Object, PreconditionFailed, Store

log = logging.getLogger("imagehub.directory_store")

_META, _TEMPORARY, _LOCKS = ".meta", ".tmp", ".locks"
_OWN = (_META, _TEMPORARY, _LOCKS)
#: How many paths to remember as logged. Each needs a file that somebody has put there.
_MAX_LOGGED = 1_000


class DirectoryStore(Store):
    """Objects under ``root``, which must exist: a disk that is not mounted is not an empty store."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._cleaned = False
        self._logged: set[str] = set()

    def get(self, object_key: str, max_bytes: int | None = None, only_if: Condition | None = None) -> Object:
        return self._read(object_key, max_bytes, only_if, with_body=True)

    def head(self, object_key: str) -> Head:
        """Reads the body only if its file is not the one that was written, because somebody copied it."""
        return self._read(object_key, with_body=False).head

    def put(
        self,
        object_key: str,
        body: bytes,
        *,
        content_type: str,
        cache_control: str | None = None,
        content_disposition: str | None = None,
        metadata: Mapping[str, str] | None = None,
        only_if_absent: bool = False,
        if_match: str | None = None,
    ) -> str | None:
        """As the protocol says. With ``if_match``, writes nothing and returns None unless the object has that ETag."""
        path = self._path(object_key)
        checked = checked_metadata(metadata)
        with files.translated_errors(), self._temporary(body) as temporary:
            token = sidecar.file_token(temporary.stat())
            entry = SidecarEntry.of(body, token, content_type, cache_control, checked, content_disposition)
            with files.locked(self._own_folder(_LOCKS), object_key):
                if only_if_absent and regular_files.is_regular(path):
                    return None
                if if_match is not None and self._etag(object_key) != if_match:
                    return None
                self._write_sidecar(object_key, [*self._stored_entries(object_key), entry])
                written = files.in_folder(
                    self.root, path.parent, lambda: _place(temporary, path, only_if_absent=only_if_absent)
                )
        return entry.etag if written else None

    def delete(self, object_key: str) -> None:
        path = self._path(object_key)
        with files.translated_errors(), files.locked(self._own_folder(_LOCKS), object_key):
            for file in (path, self._sidecar(object_key)):
                if regular_files.has_link(self.root, file.parent):
                    continue
                with suppress(FileNotFoundError, NotADirectoryError, IsADirectoryError):
                    file.unlink()
                files.remove_empty(file.parent, self.root)

    def delete_many(self, object_keys: Sequence[str]) -> None:
        for object_key in object_keys:
            self.delete(object_key)

    def list(self, prefix: str) -> Iterator[str]:
        folder = prefix.rpartition("/")[0]
        start = self._path(folder) if folder else self.root
        with files.translated_errors():
            self._require_root()
            if regular_files.has_link(self.root, start):
                return
            for object_key in files.walk(start, f"{folder}/" if folder else ""):
                if object_key.startswith(prefix) and object_key.split("/")[0] not in _OWN:
                    yield object_key

    def describe_all(self, prefix: str) -> Iterator[ListedObject]:
        """The objects that begin with ``prefix``, without their metadata."""
        for object_key in self.list(prefix):
            try:
                status = self._path(object_key).lstat()
            except (FileNotFoundError, NotADirectoryError):
                continue  # deleted since
            yield ListedObject(object_key, status.st_size, datetime.fromtimestamp(status.st_mtime, UTC))

    def _path(self, object_key: str) -> Path:
        """The body's file. Raises `ValueError` if that is not below the root, or is among our own files."""
        if object_key.split("/")[0] in _OWN:
            raise ValueError(f"not an object key: {object_key!r}")
        return self.root / checked_object_key(object_key)

    def _sidecar(self, object_key: str) -> Path:
        return self.root / _META / object_key

    def _require_root(self) -> None:
        if not self.root.is_dir():
            raise StorageUnavailable("the store's directory does not exist")

    def _read(
        self, object_key: str, max_bytes: int | None = None, only_if: Condition | None = None, *, with_body: bool
    ) -> Object:
        path = self._path(object_key)
        for _ in range(files.ATTEMPTS):
            with files.translated_errors(), self._open(object_key) as file:
                status = os.fstat(file.fileno())
                head = self._describe(object_key, path, file, status, max_bytes)
                if head is None:
                    continue
                # Of the file that is open: another one may be in its place by now.
                if only_if and not only_if(head):
                    raise PreconditionFailed(head)
                _check_size(status, max_bytes)
                file.seek(0)
                return Object(file.read(status.st_size) if with_body else b"", head)
        raise StorageUnavailable("the object changes faster than it can be read")

    def _describe(
        self, object_key: str, path: Path, file: BinaryIO, status: os.stat_result, max_bytes: int | None
    ) -> Head | None:
        """The head of an open body; None if it was replaced before its sidecar was read.

        Reads the body only if somebody copied the file; at most ``max_bytes`` then.
        """
        entries = self._entries(object_key)
        if entry := sidecar.find_by_file(entries, status):
            return entry.head()
        _check_size(status, max_bytes)
        body = file.read(status.st_size)
        if entry := sidecar.find_by_body(entries, body):
            return entry.head()
        if files.is_still(path, status):  # not replaced since, so the sidecar never described it
            return sidecar.guess_head(object_key, body, status)
        return None

    def _etag(self, object_key: str) -> str | None:
        try:
            return self.head(object_key).etag
        except Missing:
            return None

    def _open(self, name: str) -> BinaryIO:
        """Our own file or an object's, by its path below the root. Raises `Missing`, logged once if a file is there."""
        try:
            return regular_files.open_regular(self.root, name)
        except FileNotFoundError:
            self._require_root()
            raise Missing(name) from None
        except OSError as error:
            if error.errno not in regular_files.ABOUT_THE_PATH or not os.access(self.root, os.X_OK):
                raise StorageUnavailable(f"the store's directory: {error.strerror}") from error
            problem = "it is a symbolic link" if Path(error.filename).is_symlink() else error.strerror
            self._log_once(str(error.filename), f"{problem}, so it counts as missing")
            raise (Denied if error.errno in (errno.EACCES, errno.EPERM) else Missing)(name) from None

    def _log_once(self, path: str, problem: str) -> None:
        if path not in self._logged and len(self._logged) < _MAX_LOGGED:
            self._logged.add(path)
            log.warning("%s cannot be used: %s", path, problem)

    def _entries(self, object_key: str) -> Sequence[SidecarEntry]:
        try:
            with self._open(f"{_META}/{object_key}") as file:
                return sidecar.parse_sidecar(file.read(sidecar.MAX_BYTES + 1))
        except Missing:
            return []
        except ValueError as error:
            self._log_once(str(self._sidecar(object_key)), f"{error}, so its object has no metadata")
            return []

    def _stored_entries(self, object_key: str) -> Sequence[SidecarEntry]:
        """The entry of the stored body, if there is one."""
        entries = self._entries(object_key)
        try:
            with self._open(object_key) as file:
                status = os.fstat(file.fileno())
                entry = sidecar.find_by_file(entries, status) or sidecar.find_by_body(entries, file.read())
        except Missing:
            return []
        return [entry] if entry else []

    def _write_sidecar(self, object_key: str, entries: Sequence[SidecarEntry]) -> None:
        path = self._sidecar(object_key)
        with self._temporary(sidecar.spell_sidecar(entries)) as temporary:
            files.in_folder(self.root, path.parent, lambda: move_into_place(temporary, path))

    def _own_folder(self, name: str) -> Path:
        files.create_folder(self.root, self.root / name)
        return self.root / name

    def _temporary(self, content: bytes) -> AbstractContextManager[Path]:
        folder = self._own_folder(_TEMPORARY)
        if not self._cleaned:
            self._cleaned = True
            files.delete_abandoned(folder)
        return temporary_file(folder, content)


def _check_size(status: os.stat_result, max_bytes: int | None) -> None:
    if max_bytes is not None and status.st_size > max_bytes:
        raise TooLarge(f"the object has {status.st_size} bytes; at most {max_bytes} are allowed")


def _place(temporary: Path, path: Path, *, only_if_absent: bool) -> bool:
    """Move a body to its ``path``, also over what counts as missing there. False if it exists and must not."""
    if only_if_absent:
        regular_files.remove_special(path)
    return move_into_place(temporary, path, only_if_absent=only_if_absent)
