"""Files below a folder. Symbolic links are not followed, so none can show visitors another file."""

from __future__ import annotations

import errno
import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

# O_PATH needs no permission to list the folder; Linux alone has it: https://man7.org/linux/man-pages/man2/open.2.html
_FOLDER = getattr(os, "O_PATH", os.O_RDONLY) | os.O_DIRECTORY | os.O_CLOEXEC
# O_NONBLOCK, because to open a FIFO would wait for a writer. Regular files ignore it.
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC

#: Errors of a single path, which do not mean that the disk fails: a link (ELOOP, or ENOTDIR for a folder), a folder, a
#: socket, a missing permission.
ABOUT_THE_PATH = frozenset({errno.ELOOP, errno.ENOTDIR, errno.EISDIR, errno.ENXIO, errno.EACCES, errno.EPERM})


def open_regular(root: Path, name: str) -> BinaryIO:
    """Open the file ``name``, a path below ``root`` with slashes, for reading. Only ``root`` itself may be a link.

    Raises `OSError`; its ``filename`` is the part of the path that is missing, of another kind, or not readable.
    """
    *folders, last = name.split("/")
    path = root
    folder = os.open(root, _FOLDER)
    try:
        for part in folders:
            path /= part
            outer, folder = folder, os.open(part, _FOLDER | os.O_NOFOLLOW, dir_fd=folder)
            os.close(outer)
        path /= last
        return _open_in(folder, last)
    except OSError as error:
        # The error of a folder that may not be entered comes with the first name in it.
        error.filename = str(path if os.access(path.parent, os.X_OK) else path.parent)
        raise
    finally:
        os.close(folder)


def _open_in(folder: int, name: str) -> BinaryIO:
    descriptor = os.open(name, _FILE, dir_fd=folder)
    if stat.S_ISREG(os.fstat(descriptor).st_mode):
        return os.fdopen(descriptor, "rb")
    os.close(descriptor)
    raise OSError(errno.ENXIO, "Not a regular file")


def is_regular(path: Path) -> bool:
    """Whether ``path`` itself, not the target of a link, is a regular file."""
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return False


def has_link(root: Path, path: Path) -> bool:
    """Whether ``path``, or a folder between it and ``root``, is a symbolic link."""
    parts = path.relative_to(root).parts
    return any(root.joinpath(*parts[: count + 1]).is_symlink() for count in range(len(parts)))


def remove_special(path: Path) -> None:
    """Remove a link, FIFO, socket or device at ``path``; the target of a link stays. Keeps files and folders."""
    with suppress(FileNotFoundError):
        mode = path.lstat().st_mode
        if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
            path.unlink()
