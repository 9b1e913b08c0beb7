"""The Python side of a worker: reads requests, runs them, answers."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

Answer = dict[str, Any]
Operation = Callable[..., Answer]


def serve(operations: Mapping[str, Operation]) -> None:
    """Answer each line of standard input until it ends. Other output goes to stderr."""
    with os.fdopen(os.dup(1), "w") as answers:
        os.dup2(2, 1)
        for line in sys.stdin:
            request = json.loads(line)
            try:
                answer = operations[request.pop("op")](**request)
            except Exception as error:
                answer = {"error": f"{type(error).__name__}: {error}"}
            answers.write(json.dumps(answer) + "\n")
            answers.flush()


@lru_cache(maxsize=2)
def contents(path: str) -> bytes:
    """A file's bytes, read before the clock starts."""
    return Path(path).read_bytes()


def keep(out: str | None, body: bytes) -> None:
    """Write ``body`` to ``out`` if that is given."""
    if out is not None:
        Path(out).write_bytes(body)


def peak_kilobytes() -> int:
    """The process's peak resident memory (VmHWM, Linux only)."""
    status = Path("/proc/self/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1])


def milliseconds(call: Callable[[], Any]) -> tuple[float, Any]:
    """How long ``call`` took in ms, and its result."""
    started = time.perf_counter()
    result = call()
    return (time.perf_counter() - started) * 1000, result
