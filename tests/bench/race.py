"""Times engines alternately, so that changes in the machine's speed affect all alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Generic, TypeVar

from tests.bench.peers import OURS
from tests.bench.reference import Averaging
from tests.bench.worker import Done, EngineFailed

Job = TypeVar("Job")

#: How many rounds follow the first, by the maximum ms that one takes. Slow jobs vary less; of the slowest, the first
#: round counts too.
_ROUNDS = ((100, 21), (250, 9), (600, 5), (2500, 3))
_QUICK = ((600, 2),)


@dataclass(frozen=True, slots=True)
class Lap:
    """An engine's median time in ms, and its first result."""

    ms: float
    done: Done


@dataclass(frozen=True, slots=True)
class Outcome(Generic[Job]):
    """One job's results by engine, the scores also by reference."""

    job: Job
    laps: Mapping[str, Lap]
    scores: Mapping[tuple[str, Averaging], float]


def race(runs: Mapping[str, Callable[[], Done]], *, quick: bool = False) -> dict[str, Lap]:
    """Each engine's lap. The first round warms up. A peer that fails is left out; our own error is raised."""
    first: dict[str, Done] = {}
    for name, run in runs.items():
        try:
            first[name] = run()
        except EngineFailed as error:
            if name == OURS:
                raise
            print(f"  {name} failed: {error}")
    took = sum(done.ms for done in first.values())
    rounds = next((count for most, count in (_QUICK if quick else _ROUNDS) if took <= most), 0 if quick else 1)
    times = {name: [done.ms] for name, done in first.items()}
    for number in range(rounds):
        for name in _turned(list(first), number):
            times[name].append(runs[name]().ms)
    counted = slice(1, None) if rounds > 1 else slice(None)
    return {name: Lap(median(times[name][counted]), done) for name, done in first.items()}


def _turned(names: list[str], by: int) -> list[str]:
    """A different engine starts each round, because a job affects the CPU caches of the next."""
    by %= len(names) or 1
    return names[by:] + names[:by]
