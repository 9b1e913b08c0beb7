"""Files that are there whole, or not at all."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from uuid import uuid4


def write_atomically(path: Path, content: bytes, mode: int = 0o666, *, only_if_absent: bool = False) -> None:
    """Put ``content`` in place of what is at ``path``: who reads it meanwhile, or after a kill, finds either.

    ``only_if_absent`` leaves what is there, also where it has just come.
    """
    partial = path.with_name(f".{uuid4().hex}.part")
    try:
        partial.touch(mode, exist_ok=False)
        partial.write_bytes(content)
        if only_if_absent:
            with suppress(FileExistsError):
                path.hardlink_to(partial)
        else:
            partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
