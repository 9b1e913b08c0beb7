"""How long each step of an answer took, for ``Server-Timing``."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager


class Timings(dict[str, float]):
    """Milliseconds by step, in the order in which they were begun."""

    @contextmanager
    def measure(self, step: str) -> Iterator[None]:
        started = time.perf_counter()
        try:
            yield
        finally:
            self[step] = self.get(step, 0.0) + (time.perf_counter() - started) * 1000

    def __str__(self) -> str:
        return ", ".join(f"{step};dur={ms:.1f}" for step, ms in self.items())
