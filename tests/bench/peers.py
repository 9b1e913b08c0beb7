"""Starts the engines that are installed: ours, sharp and libvips."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from tests.bench.worker import Worker

OURS, SHARP, VIPS = "ours", "sharp", "libvips"
#: Ours without the lossless attempts of decision 017.
OURS_LOSSY = "ours, lossy only"
_NODE = Path(__file__).with_name("node")
_OLDEST_NODE = 20


class Peers:
    """Starts engines. A missing engine is reported once, and its columns stay empty."""

    def __init__(self, folder: Path, say: Callable[[str], None]) -> None:
        self._say = say
        self.node = self._with_sharp(folder / "node")

    def start(self, name: str, environment: Mapping[str, str] | None = None) -> Worker | None:
        """A new process of the engine; `None` if it is not installed."""
        if name == SHARP:
            return Worker(["node", "worker.mjs"], self.node, environment) if self.node else None
        if name == VIPS and find_spec("pyvips") is None:
            self._say("NO LIBVIPS: its columns stay empty. Install pyvips with pip install -r requirements-dev.txt.")
            return None
        module = {OURS: "ours", OURS_LOSSY: "lossy_only", VIPS: "vips"}[name]
        return Worker([sys.executable, "-m", f"tests.bench.engines.{module}"], environment=environment)

    @contextmanager
    def all(self, names: Iterable[str] = (OURS, SHARP, VIPS)) -> Iterator[dict[str, Worker]]:
        """One process of each installed engine, ours first."""
        started = {name: worker for name in names if (worker := self.start(name))}
        try:
            yield started
        finally:
            for worker in started.values():
                worker.close()

    def _with_sharp(self, folder: Path) -> Path | None:
        """The folder with our scripts, sharp and AWS's SDK, installed from the lock file; `None` if that fails."""
        if missing := [name for name in ("node", "npm") if shutil.which(name) is None]:
            return self._without(f"{' and '.join(missing)} missing; install Node {_OLDEST_NODE} or newer")
        version = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout  # noqa: S607
        if int(version.strip().removeprefix("v").split(".")[0]) < _OLDEST_NODE:
            return self._without(f"node is {version.strip()}; install Node {_OLDEST_NODE} or newer")
        fresh = _copied(folder)
        if not fresh and (folder / "node_modules" / "sharp").exists():
            return folder
        command = ["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True)  # noqa: PLW1510
        if done.returncode:
            return self._without(f"npm ci failed:\n{done.stderr[-2000:]}")
        return folder

    def _without(self, why: str) -> Path | None:
        self._say(f"NO SHARP, its columns stay empty: {why}")
        return None


def _copied(folder: Path) -> bool:
    """Copy our scripts to ``folder``. Returns whether their dependencies have changed."""
    folder.mkdir(parents=True, exist_ok=True)
    lock = folder / "package-lock.json"
    fresh = not lock.exists() or lock.read_bytes() != (_NODE / lock.name).read_bytes()
    for path in _NODE.iterdir():
        shutil.copy(path, folder)
    return fresh
