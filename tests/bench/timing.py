"""Timing two things in turn, so that a machine whose speed drifts is fair to both."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. Times in seconds; ``aim`` is what design and issue ask for."""

    what: str
    ours: float
    aim: str
    peer: str = ""
    theirs: float | None = None

    def __str__(self) -> str:
        beside = f"{_human(self.theirs):>9}  ×{self.ours / self.theirs:<7.3g} {self.peer}" if self.theirs else ""
        return f"{self.what:<58} {_human(self.ours):>9}  {self.aim:<9} {beside}".rstrip()


HEADING = f"{'':<58} {'median':>9}  {'aim':<9} {'peer':>9}  {'ratio':<8} what the peer is"


def _human(seconds: float) -> str:
    if seconds < 1e-3:
        return f"{seconds * 1e6:.1f} µs"
    return f"{seconds * 1e3:.1f} ms" if seconds < 1 else f"{seconds:.1f} s"


def once(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def in_turn(
    ours: Callable[[], object], theirs: Callable[[], object], rounds: int, calls: int = 1
) -> tuple[float, float]:
    """The median time of one call of each, over ``rounds`` of ``calls`` calls, after one round that is not counted."""
    pairs = [(once(lambda: _repeat(ours, calls)), once(lambda: _repeat(theirs, calls))) for _ in range(rounds + 1)][1:]
    return median(pair[0] for pair in pairs) / calls, median(pair[1] for pair in pairs) / calls


def _repeat(call: Callable[[], object], times: int) -> None:
    for _ in range(times):
        call()
