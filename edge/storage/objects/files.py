"""Files that several threads and processes write at once, and that a kill may interrupt."""

from __future__ import annotations

import fcntl
import os
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

from edge.storage.errors import StorageUnavailable
from edge.storage.objects.sidecar import file_token

#: How often others may get in our way before we give up.
ATTEMPTS = 100
#: A temporary file older than this (seconds) was left by a writer that was killed.
_ABANDONED = 86_400


@contextmanager
def answering() -> Iterator[None]:
    """Turns the file system's errors into the store's."""
    try:
        yield
    except StorageUnavailable:
        raise
    except (NotADirectoryError, IsADirectoryError):
        raise ValueError("an object's key cannot be a folder of another's") from None
    except OSError as error:
        raise StorageUnavailable(f"the store's directory: {error.strerror}") from error


@contextmanager
def temporary_file(folder: Path, content: bytes) -> Iterator[tuple[Path, str]]:
    """A new file with ``content``, and the token that it keeps when it is moved away; else it goes at the end."""
    path = folder / uuid4().hex
    try:
        with path.open("xb") as file:
            file.write(content)
            file.flush()
            token = file_token(os.fstat(file.fileno()))
        yield path, token
    finally:
        path.unlink(missing_ok=True)


def sweep(folder: Path) -> None:
    """Take away what killed writers left."""
    for path in folder.iterdir():
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < time.time() - _ABANDONED:
                path.unlink()


@contextmanager
def locked(folder: Path, key: str) -> Iterator[None]:
    """One writer at a time for a key, among threads and processes; a killed one's lock goes with it."""
    folder.mkdir(exist_ok=True)
    with (folder / f"{zlib.crc32(key.encode()) & 0xFF:02x}").open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def place(path: Path, move: Callable[[], object]) -> None:
    """``move`` a file to ``path``, whose folder may have to be made, and may be pruned meanwhile."""
    for _ in range(ATTEMPTS):
        with suppress(FileNotFoundError):
            _make_folder(path.parent)
            move()
            return
    raise StorageUnavailable("the store's directory goes away under our hands")


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:
        if folder.is_file():
            raise NotADirectoryError(error.errno, "a file is there") from None
        raise FileNotFoundError(error.errno, "the folder was there, and has been pruned") from None


def prune(folder: Path, root: Path) -> None:
    """Remove ``folder`` and those above it, below ``root``, for as long as they are empty."""
    while folder != root:
        try:
            folder.rmdir()
        except FileNotFoundError:
            pass
        except OSError:
            return
        folder = folder.parent


def is_still(path: Path, status: os.stat_result) -> bool:
    """Whether ``path`` is the file of that ``status``, which must be open."""
    try:
        return os.path.samestat(path.stat(), status)
    except (FileNotFoundError, NotADirectoryError):
        return False


def walk(folder: Path, prefix: str) -> Iterator[str]:
    """The files below ``folder``, in the order that S3 gives: by code point, a folder's slash included.

    Links are left out, and names that are not UTF-8, which no key can spell.
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
