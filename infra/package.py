"""``make package``: the two zips that Lambda@Edge runs, byte for byte the same from the same source.

Each holds what its door imports and no more; the policy, baked in; and bytecode, since the folder that Lambda runs it
from cannot be written to, so that every cold start would compile anew.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from tempfile import TemporaryDirectory

from edge.contract.policy import BAKED, ENVIRONMENT_VARIABLE, Policy
from edge.storage.signing_keys.location import SigningKeyFile, parse_location
from infra.imports import reached, strangers

ROOT = Path(__file__).parents[1]
#: The template's Runtime. Lambda@Edge runs x86_64 alone, on Amazon Linux 2023 (glibc 2.34):
#: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-at-edge-function-restrictions.html
VERSION = "3.13"
_PLATFORMS = "manylinux_2_28_x86_64", "manylinux_2_17_x86_64"
#: As early as a zip can say.
_EPOCH = (1980, 1, 1, 0, 0, 0)


class PackageError(Exception):
    """The packages cannot be made, and why."""


@dataclass(frozen=True, slots=True)
class Door:
    """One function: its module, the distributions beside `edge`, and the bytes that its zip may have."""

    name: str
    module: str
    wheels: tuple[str, ...]
    most: int


DOORS = (
    Door("viewer-request", "edge.viewer_request", (), 1_000_000),
    Door("origin-response", "edge.origin_response", ("pillow", "cykooz-resizer"), 10_000_000),
)


@dataclass(frozen=True, slots=True)
class Package:
    """A zip, and its SHA-256 in base64 as CloudFormation's CodeSha256 wants it."""

    path: Path
    files: int
    sha256: str


def build(door: Door, out: Path, policy: Path = BAKED, version: str = VERSION, python: Path | None = None) -> Package:
    """``door``'s zip in ``out`` for Python ``version``; with bytecode where that ``python`` is here. `PackageError`."""
    with TemporaryDirectory() as folder:
        wheels, stage = Path(folder, "wheels"), Path(folder, "stage")
        for name in door.wheels:
            _unpack(name, version, wheels)
        _copy(door, wheels, stage)
        (stage / "edge" / "contract" / "policy.json").write_bytes(checked_policy(policy))
        if python:
            _compile(python, stage)
        files = {path.relative_to(stage).as_posix(): path for path in stage.rglob("*") if path.is_file()}
        out.mkdir(parents=True, exist_ok=True)
        package = _zip(out / f"{door.name}.zip", dict(sorted(files.items())))
    if package.path.stat().st_size > door.most:
        raise PackageError(f"{package.path} has {package.path.stat().st_size} bytes; at most {door.most} are wanted.")
    return package


def checked_policy(path: Path) -> bytes:
    """The policy in a file, which can be one of Lambda's."""
    text = path.read_text()
    try:
        secret = Policy.parse(text).secret
        local = bool(secret) and isinstance(parse_location(secret), SigningKeyFile)
    except ValueError as error:
        raise PackageError(f"{path}: {error}") from error
    if local:
        raise PackageError(f'{path}: "secret" names a file, which no Lambda has; write secretsmanager:<name>?region=…')
    return text.encode()


def find_python(version: str, named: str | None = None) -> Path | None:
    """An interpreter of that ``version``: ``named``, this one, or the one on the path."""
    for command in filter(None, [named, None if named else sys.executable, shutil.which(f"python{version}")]):
        if _run(command, "-I", "-c", "import sys; print('%d.%d' % sys.version_info[:2])").stdout.strip() == version:
            return Path(command)
    return None


def _run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603 - no visitor comes here


def _unpack(distribution: str, version: str, folder: Path) -> None:
    """The wheel of a distribution, as new as the one that is installed here and tested with, for Lambda."""
    pinned = f"{distribution}=={metadata.version(distribution)}"
    download = sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps", pinned
    platforms = (f"--platform={platform}" for platform in _PLATFORMS)
    wanted = "--only-binary=:all:", *platforms, "--python-version", version
    done = _run(*download, *wanted, "--dest", str(folder))
    if done.returncode:
        raise PackageError(f"{pinned} for Python {version}: {done.stderr.strip()[-500:]}")
    for wheel in folder.glob("*.whl"):
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(folder)
        wheel.unlink()


def _copy(door: Door, wheels: Path, stage: Path) -> None:
    modules = reached(door.module, [ROOT, wheels])
    unknown = strangers(modules, "edge")
    if unknown:
        raise PackageError(f"{door.name} imports {', '.join(sorted(unknown))}, which is not in its package.")
    files = [*modules.values(), *_libraries(list(modules.values()), wheels), *_facts(wheels)]
    for path in files:
        source = wheels if path.is_relative_to(wheels) else ROOT
        target = stage / path.relative_to(source)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)


def _libraries(files: Sequence[Path], wheels: Path) -> list[Path]:
    """The libraries that some of ``files`` name, and those that these name: a wheel's names hold a hash of each."""
    left, kept = set(wheels.glob("*.libs/*")), [path for path in files if path.suffix == ".so"]
    for path in kept:
        body = path.read_bytes()
        named = {library for library in left if library.name.encode() in body}
        kept += sorted(named)
        left -= named
    return [path for path in kept if path not in files]


def _facts(wheels: Path) -> Iterator[Path]:
    """What scanners for known vulnerabilities read, and the licences."""
    for pattern in ("METADATA", "sboms/*", "licenses/*"):
        yield from wheels.glob(f"*.dist-info/{pattern}")


def _compile(python: Path, stage: Path) -> None:
    """Bytecode that is never compared with its source: https://docs.python.org/3/library/py_compile.html"""
    shown = "-s", str(stage), "-p", "/var/task"
    compiler = str(python), "-I", "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash"
    done = _run(*compiler, *shown, str(stage))
    if done.returncode:
        raise PackageError(f"{python} cannot compile the package: {(done.stdout + done.stderr).strip()[-500:]}")


def _zip(path: Path, files: dict[str, Path]) -> Package:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, file in files.items():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.create_system, entry.compress_type = 3, zipfile.ZIP_DEFLATED
            entry.external_attr = 0o100644 << 16  # Lambda's user is another one than who unpacks it
            archive.writestr(entry, file.read_bytes())
    digest = hashlib.sha256(path.read_bytes()).digest()
    return Package(path, len(files), base64.b64encode(digest).decode())


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m infra.package", description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "var" / "packages")
    parser.add_argument("--policy", type=Path, default=Path(os.environ.get(ENVIRONMENT_VARIABLE) or BAKED))
    parser.add_argument("--python", help=f"a Python {VERSION} that compiles the bytecode")
    options = parser.parse_args(arguments)
    python = find_python(VERSION, options.python)
    if python is None and options.python:
        parser.error(f"{options.python} is no Python {VERSION}")
    if python is None:
        print(
            f"No Python {VERSION} here: without bytecode each cold start is slower. See docs/package.md.",
            file=sys.stderr,
        )
    try:
        for door in DOORS:
            package = build(door, options.out, options.policy, python=python)
            size = package.path.stat().st_size / 1e6
            print(f"{package.path}  {size:.2f} MB of {door.most / 1e6:.0f}, {package.files} files  {package.sha256}")
    except PackageError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
