"""Wheels for Lambda: those of the locked releases, and only if their SHA-256 is in the lock too."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from importlib import metadata
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[1]
#: `make lock` writes it.
LOCK = ROOT / "requirements.lock"
# pip tries only the platforms that are named; Lambda's glibc, 2.34, runs wheels for either:
# https://packaging.python.org/en/latest/specifications/platform-compatibility-tags/
_PLATFORMS = "manylinux_2_28_x86_64", "manylinux_2_17_x86_64"


class PackageError(Exception):
    """A package cannot be built; the message says why."""


def download_wheel(distribution: str, version: str, folder: Path, lock: Path = LOCK) -> None:
    """Unpack the distribution's wheel for Lambda and Python ``version`` into ``folder``. Raises `PackageError`.

    It is the release that is installed here, because that is the one that the tests ran with.
    """
    requirement = _locked_requirement(distribution, lock)
    with TemporaryDirectory() as temporary:
        wheels = Path(temporary)
        (wheels / "requirement.txt").write_text(requirement)
        _download(requirement.split()[0], version, wheels)
        for wheel in wheels.glob("*.whl"):
            with zipfile.ZipFile(wheel) as archive:
                archive.extractall(folder)


def _locked_requirement(distribution: str, lock: Path) -> str:
    """The distribution's entry in the lock: its version, and the SHA-256 of each file of that release."""
    lines = rf"^{re.escape(distribution)}==(\S+) \\\n(?: +--hash=sha256:\S+(?: \\)?\n)+"
    entry = re.search(lines, lock.read_text(), re.MULTILINE)
    if entry is None:
        raise PackageError(f"{lock.name} has no hashes of {distribution}. Run: make lock")
    if entry[1] != (installed := metadata.version(distribution)):
        raise PackageError(f"{distribution} {installed} is installed, but {lock.name} has {entry[1]}. Run: make lock")
    return entry[0]


def _download(pinned: str, version: str, folder: Path) -> None:
    command = sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"
    # https://pip.pypa.io/en/stable/topics/secure-installs/
    requirement = "--require-hashes", "--requirement", str(folder / "requirement.txt")
    # Wheels only: pip cannot build a source distribution for another platform.
    # https://pip.pypa.io/en/stable/cli/pip_download/
    platforms = (f"--platform={platform}" for platform in _PLATFORMS)
    target = "--only-binary=:all:", *platforms, "--python-version", version
    done = subprocess.run(  # noqa: S603  # our own command
        [*command, *requirement, *target, "--dest", str(folder)], check=False, capture_output=True, text=True
    )
    if found := re.search(r"^ +Got +([0-9a-f]{64})$", done.stderr, re.MULTILINE):
        raise PackageError(
            f"The wheel of {pinned} for Python {version} was refused: its SHA-256, {found[1]}, is not in the lock. "
            "If `make lock` does not change the lock, the wheel is not the one that was published."
        )
    if done.returncode:
        raise PackageError(f"Cannot download {pinned} for Python {version}: {done.stderr.strip()[-500:]}")
