"""Files that are written completely or not at all: readers, and a kill at any moment, find the old file or the new."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

#: The mode of files that only their owner can read.
_OWNER_ONLY = 0o600


def write_atomically(path: Path, content: bytes, mode: int = _OWNER_ONLY, *, only_if_absent: bool = False) -> bool:
    """Replace the file at ``path`` with ``content``; False if ``only_if_absent`` and it exists. Raises `OSError`.

    The new file has the permissions in ``mode``, less those in the process's umask.
    """
    with temporary_file(path.parent, content, mode) as temporary:
        return move_into_place(temporary, path, only_if_absent=only_if_absent)


@contextmanager
def temporary_file(folder: Path, content: bytes, mode: int = _OWNER_ONLY) -> Iterator[Path]:
    """A new file with ``content``, deleted at the end unless it has been moved away."""
    path = folder / f".{uuid4().hex}.part"
    try:
        path.touch(mode, exist_ok=False)
        path.write_bytes(content)
        yield path
    finally:
        path.unlink(missing_ok=True)


def move_into_place(temporary: Path, path: Path, *, only_if_absent: bool = False) -> bool:
    """Give a temporary file its final name in one step; False if ``only_if_absent`` and ``path`` exists."""
    if not only_if_absent:
        temporary.replace(path)
        return True
    try:
        path.hardlink_to(temporary)  # unlike a rename, this fails if the file exists
    except FileExistsError:
        return False
    return True
