"""The unusual and broken images of Pillow's test suite, downloaded from its source distribution."""

from __future__ import annotations

import subprocess
import sys
import tarfile
from pathlib import Path

VERSION = "13.0.0"


def fetched(folder: Path) -> list[Path]:
    """Every file of Pillow's ``Tests/images``, downloaded to ``folder`` once."""
    images = folder / f"pillow-{VERSION}" / "Tests" / "images"
    if not images.is_dir():
        _fetch(folder)
    return sorted(path for path in images.rglob("*") if path.is_file())


def _fetch(folder: Path) -> None:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    subprocess.run([*command, "--no-binary", "Pillow", "--dest", str(folder), f"Pillow=={VERSION}"], check=True)
    with tarfile.open(folder / f"pillow-{VERSION}.tar.gz") as archive:
        wanted = [member for member in archive if "/Tests/images/" in member.name]
        archive.extractall(folder, members=wanted, filter="data")
