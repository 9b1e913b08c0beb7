"""What goes into a Lambda package: modules, the shared libraries that they load, licences, bytecode."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from infra.reachable_modules import missing_imports, reachable
from infra.wheel_download import ROOT, PackageError


def find_python(version: str, named: str | None = None) -> Path | None:
    """Return an interpreter of that ``version``: ``named`` alone if given, else this one or one on the PATH."""
    for command in filter(None, [named, None if named else sys.executable, shutil.which(f"python{version}")]):
        # Isolated (-I), so that no PYTHON* variable or module in the current folder changes the answer.
        if _run(command, "-I", "-c", "import sys; print('%d.%d' % sys.version_info[:2])").stdout.strip() == version:
            return Path(command)
    return None


def copy_modules(module: str, wheels: Path, stage: Path) -> None:
    """Copy to ``stage`` what ``module`` can import from this project and from ``wheels``. Raises `PackageError`."""
    modules = reachable(module, [ROOT, wheels])
    missing = missing_imports(modules, "edge")
    if missing:
        raise PackageError(f"{module} imports {', '.join(sorted(missing))}, but its package does not contain that.")
    files = [*modules.values(), *_libraries(list(modules.values()), wheels), *_metadata(wheels)]
    for path in files:
        source = wheels if path.is_relative_to(wheels) else ROOT
        target = stage / path.relative_to(source)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)


def _libraries(files: Sequence[Path], wheels: Path) -> list[Path]:
    """The shared libraries that ``files`` load, directly or through others.

    A library's file name in a wheel contains a hash, so to find the name in a file's bytes is proof enough.
    """
    left, kept = set(wheels.glob("*.libs/*")), [path for path in files if path.suffix == ".so"]
    for path in kept:
        body = path.read_bytes()
        named = {library for library in left if library.name.encode() in body}
        # The loop reaches these libraries too, since they may load others.
        kept += sorted(named)
        left -= named
    return [path for path in kept if path not in files]


def _metadata(wheels: Path) -> Iterator[Path]:
    """The licences, and the files by which vulnerability scanners identify a distribution."""
    for pattern in ("METADATA", "sboms/*", "licenses/*"):
        yield from wheels.glob(f"*.dist-info/{pattern}")


def add_bytecode(python: Path, stage: Path) -> None:
    """Compile every module in ``stage``. Raises `PackageError`.

    Python never compares this bytecode with its source: https://docs.python.org/3/library/py_compile.html
    """
    # Lambda unpacks the code to /var/task. The name of the temporary folder would also differ with each build.
    paths_in_tracebacks = "-s", str(stage), "-p", "/var/task"
    # By default bytecode holds the source's modification time. The zip sets another, so Python would compile again.
    compiler = str(python), "-I", "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash"
    done = _run(*compiler, *paths_in_tracebacks, str(stage))
    if done.returncode:
        raise PackageError(f"{python} cannot compile the package: {(done.stdout + done.stderr).strip()[-500:]}")


def _run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603 # our own commands
