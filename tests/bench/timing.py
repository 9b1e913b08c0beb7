"""Times two functions alternately, so that changes in the machine's speed affect both alike."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import median

from tests.bench.bench import Bench
from tests.bench.report import Findings, Table, Verdict, human, ratio


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table. Times are in seconds; ``aim`` is the budget, if there is one."""

    what: str
    ours: float
    aim: float | None
    peer: str = ""
    theirs: float | None = None

    def cells(self) -> tuple[str, ...]:
        theirs = human(self.theirs * 1000) if self.theirs else "–"
        times = ratio(self.ours, self.theirs)
        return self.what, times, human(self.ours * 1000), theirs, human(self.aim * 1000) if self.aim else "–", self.peer

    def verdict(self) -> Verdict | None:
        if self.aim is None:
            return None
        share = self.ours / self.aim
        by = f"{abs(share - 1):.0%} {'over' if share > 1 else 'under'}"
        return Verdict(self.what, f"≤ {human(self.aim * 1000)}", human(self.ours * 1000), share <= 1, by)


_HEADING = ("", "time", "ours", "theirs", "budget", "compared with")
_COLUMNS = (58, 9, 10, 10, 10, 52)


def part(title: str, rows: Callable[[], Iterator[Row]]) -> Callable[[Bench], Findings]:
    """A part of the run that consists of such rows."""

    def run(bench: Bench) -> Findings:
        measured = bench.say_each(_HEADING, _COLUMNS, rows())
        table = Table(title, "", _HEADING, [row.cells() for row in measured])
        return Findings([table], list(filter(None, (row.verdict() for row in measured))))

    return run


def once(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def in_turn(
    ours: Callable[[], object], theirs: Callable[[], object], rounds: int, calls: int = 1
) -> tuple[float, float]:
    """The median seconds of one call of each, over ``rounds`` of ``calls`` calls. The first round is not counted."""
    pairs = [(once(lambda: _repeat(ours, calls)), once(lambda: _repeat(theirs, calls))) for _ in range(rounds + 1)][1:]
    return median(pair[0] for pair in pairs) / calls, median(pair[1] for pair in pairs) / calls


def _repeat(call: Callable[[], object], times: int) -> None:
    for _ in range(times):
        call()


def cpu_seconds(call: Callable[[], object]) -> float:
    """The time on a processor of ``call`` and of the processes that it started and waited for."""
    before = _used()
    call()
    return _used() - before


def _used() -> float:
    each = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(used.ru_utime + used.ru_stime for used in each)


def cpu_in_turn(ours: Callable[[], object], theirs: Callable[[], object], rounds: int) -> tuple[float, float, float]:
    """The median seconds of each on a processor, and the median of their ratios over ``rounds``, after a first one.

    Each begins every other round. Steadier than `in_turn` on a busy machine; calls must take some tens of ms.
    """
    pairs = []
    for number in range(rounds + 1):
        if number % 2:
            second = cpu_seconds(theirs)
            pairs.append((cpu_seconds(ours), second))
        else:
            pairs.append((cpu_seconds(ours), cpu_seconds(theirs)))
    counted = pairs[1:]
    return (
        median(each for each, _ in counted),
        median(each for _, each in counted),
        median(each / other for each, other in counted),
    )
