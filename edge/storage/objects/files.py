"""Files that several threads and processes write at once, and that a kill may interrupt."""

from __future__ import annotations

import fcntl
import os
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, TypeVar

from edge.storage.errors import KeyConflict, StorageUnavailable

T = TypeVar("T")

#: How often to retry when other writers interfere.
ATTEMPTS = 100
#: A temporary file older than this (seconds) was left by a writer that was killed.
_ABANDONED_AFTER = 86_400


@contextmanager
def translated_errors() -> Iterator[None]:
    """Raises the file system's errors as the store's."""
    try:
        yield
    except StorageUnavailable:
        raise
    except (NotADirectoryError, IsADirectoryError):
        raise KeyConflict("one object key cannot be a folder of another") from None
    except OSError as error:
        raise StorageUnavailable(f"the store's directory: {error.strerror}") from error


def delete_abandoned(folder: Path) -> None:
    """Delete the temporary files in ``folder`` that killed writers left."""
    for path in folder.iterdir():
        with suppress(OSError):
            if path.lstat().st_mtime < time.time() - _ABANDONED_AFTER:
                path.unlink()


@contextmanager
def locked(folder: Path, object_key: str) -> Iterator[None]:
    """One writer at a time for an object, among threads and processes. A killed process releases its lock."""
    with _open_lock(folder / f"{zlib.crc32(object_key.encode()) & 0xFF:02x}") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _open_lock(path: Path) -> BinaryIO:
    # Neither follows a link nor waits for the reader of a FIFO.
    flags = os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    return os.fdopen(os.open(path, flags, 0o600), "wb")


def in_folder(root: Path, folder: Path, work: Callable[[], T]) -> T:
    """What ``work`` returns; ``folder``, below ``root``, is created before, and again if another writer removes it."""
    for _ in range(ATTEMPTS):
        with suppress(FileNotFoundError):
            create_folder(root, folder)
            return work()
    raise StorageUnavailable("the store's directory is removed as fast as it can be created")


def create_folder(root: Path, folder: Path) -> None:
    """Create ``folder`` and its parents below ``root`` for their owner alone. Raises `StorageUnavailable` at a link."""
    path = root
    for part in folder.relative_to(root).parts:
        path /= part
        try:
            path.mkdir(0o700)
        except FileExistsError as error:
            if path.is_symlink():
                raise StorageUnavailable(f"{path} is a symbolic link, and links are not followed") from None
            if path.is_file():
                raise NotADirectoryError(error.errno, "a file is there") from None


def remove_empty(folder: Path, root: Path) -> None:
    """Remove ``folder`` and its parents below ``root``, as long as they are empty."""
    while folder != root:
        try:
            folder.rmdir()
        except FileNotFoundError:
            pass
        except OSError:
            return
        folder = folder.parent


def is_still(path: Path, status: os.stat_result) -> bool:
    """Whether ``path`` is the file with that ``status``, which must be open."""
    try:
        return os.path.samestat(path.lstat(), status)
    except (FileNotFoundError, NotADirectoryError):
        return False


def walk(folder: Path, prefix: str) -> Iterator[str]:
    """The files below ``folder``, in S3's order: by code point, including the slash after a folder.

    Without links, and without names that are not UTF-8, which no object key can spell.
    """
    try:
        entries = list(os.scandir(folder))
    except (FileNotFoundError, NotADirectoryError):
        return
    names = {entry.name + "/" * entry.is_dir(follow_symlinks=False): entry for entry in entries}
    for name in sorted(name for name in names if _is_text(name)):
        if name.endswith("/"):
            yield from walk(folder / name, prefix + name)
        elif names[name].is_file(follow_symlinks=False):
            yield prefix + name


def _is_text(name: str) -> bool:
    return name.isascii() or name.encode(errors="replace").decode() == name
