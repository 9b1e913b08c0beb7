"""Files that several threads and processes write at once, and that a kill may interrupt."""

from __future__ import annotations

import fcntl
import os
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

from edge.storage.errors import StorageUnavailable

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
        raise ValueError("one object key cannot be a folder of another") from None
    except OSError as error:
        raise StorageUnavailable(f"the store's directory: {error.strerror}") from error


def delete_abandoned(folder: Path) -> None:
    """Delete the temporary files in ``folder`` that killed writers left."""
    for path in folder.iterdir():
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < time.time() - _ABANDONED_AFTER:
                path.unlink()


@contextmanager
def locked(folder: Path, object_key: str) -> Iterator[None]:
    """One writer at a time for an object, among threads and processes. A killed process releases its lock."""
    folder.mkdir(exist_ok=True)
    with (folder / f"{zlib.crc32(object_key.encode()) & 0xFF:02x}").open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def in_folder(folder: Path, work: Callable[[], T]) -> T:
    """What ``work`` returns; ``folder`` is created before, and again if another writer removes it."""
    for _ in range(ATTEMPTS):
        with suppress(FileNotFoundError):
            _create(folder)
            return work()
    raise StorageUnavailable("the store's directory is removed as fast as it can be created")


def _create(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:
        if folder.is_file():
            raise NotADirectoryError(error.errno, "a file is there") from None
        raise FileNotFoundError(error.errno, "the folder was removed since") from None


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
        return os.path.samestat(path.stat(), status)
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
