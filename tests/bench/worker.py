"""Engines as long-running processes: requests and answers are lines of JSON, images are files.

Each process times only its own work, so communication does not count.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.machine import ROOT

#: One thread for each library, and no warnings from AWS's SDK.
_ENVIRONMENT = {
    "NODE_NO_WARNINGS": "1",
    "VIPS_CONCURRENCY": "1",
    "UV_THREADPOOL_SIZE": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
}


class EngineFailed(RuntimeError):
    """The engine reported an error."""


@dataclass(frozen=True, slots=True)
class Done:
    """A job's time in ms, the bytes it produced (raw pixels if nothing was encoded), and the image's shape."""

    ms: float
    bytes: int
    name: str = ""
    width: int = 0
    height: int = 0
    bands: int = 3

    @property
    def size(self) -> tuple[int, int]:
        return self.width, self.height


class Worker:
    """An engine's process, bound to one core."""

    def __init__(
        self, command: Sequence[str], folder: Path = ROOT, environment: Mapping[str, str] | None = None
    ) -> None:
        with on_one_core():
            self._process = subprocess.Popen(
                command,
                cwd=folder,
                env={**os.environ, **_ENVIRONMENT, **(environment or {})},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    def ask(self, operation: str, **arguments: Any) -> Done:
        """The result of an operation. Raises `EngineFailed`."""
        return Done(**self.tell(operation, **arguments))

    def tell(self, operation: str, **arguments: Any) -> dict[str, Any]:
        """The raw answer to an operation. Raises `EngineFailed`."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        spelled = {name: str(value) if isinstance(value, Path) else value for name, value in arguments.items()}
        self._process.stdin.write(json.dumps({"op": operation, **spelled}) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise EngineFailed(f"the process ended with {self._process.wait()}")
        answer: dict[str, Any] = json.loads(line)
        if "error" in answer:
            raise EngineFailed(answer["error"])
        return answer

    def close(self) -> None:
        """End the process."""
        with self._process as process:
            assert process.stdin is not None
            process.stdin.close()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()


@contextmanager
def on_one_core() -> Iterator[None]:
    """Bind processes started in the block to the machine's last core, if the platform supports that."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(cores)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, cores)
