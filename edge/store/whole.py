"""Files that are there whole, or not at all."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4


def write_whole(path: Path, content: bytes, mode: int = 0o666) -> None:
    """Put ``content`` in place of what is at ``path``: who reads it meanwhile, or after a kill, finds either."""
    partial = path.with_name(f".{uuid4().hex}.part")
    try:
        partial.touch(mode, exist_ok=False)
        partial.write_bytes(content)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
