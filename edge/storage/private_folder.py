"""Folders that only their owner can enter."""

from __future__ import annotations

from pathlib import Path

_OWNER_ONLY = 0o700


def create_private_folder(folder: Path) -> None:
    """Create ``folder`` and those of its parents that are missing; existing ones keep their permissions.

    `Path.mkdir` creates parents that everybody can enter: https://docs.python.org/3/library/pathlib.html
    """
    try:
        folder.mkdir(_OWNER_ONLY, exist_ok=True)
    except FileNotFoundError:
        create_private_folder(folder.parent)
        folder.mkdir(_OWNER_ONLY, exist_ok=True)
