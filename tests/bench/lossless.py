"""What the lossless attempts of decision 017 cost photographs and save graphics: with and without, in pairs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path

from tests.bench.bench import Bench
from tests.bench.encode import photographs_by_width
from tests.bench.equal import geometric_mean
from tests.bench.peers import OURS, OURS_LOSSY
from tests.bench.race import Lap, race
from tests.bench.report import CLASSES, Findings, Table, Verdict, at_most, human
from tests.bench.worker import Worker

#: How much longer photographs may take.
_MOST = 1.15
_HEADING = ("images → width, class", "time", "bytes", "time: with", "without", "lossless wins")
_COLUMNS = (34, 8, 8, 13, 10, 16)
_NOTE = (
    "Our variants of the same pixels with the lossless attempts of [decision 017](decisions/017-graphics.md), divided "
    "by those of the same engine without them; the two alternate. Times are geometric means, bytes and the budget's "
    "times those of all images together. An attempt is made only if the pixels look like a graphic, so photographs pay "
    "for that look."
)
Pair = tuple[Lap, Lap]


def run(bench: Bench, drawings: Iterable[tuple[int, Mapping[str, Path]]]) -> Findings:
    bench.say(_HEADING, _COLUMNS)
    rows: list[tuple[str, ...]] = []
    of_photographs: dict[str, list[Pair]] = {name: [] for name in CLASSES}
    photographs = (("photographs", width, pictures) for width, pictures in photographs_by_width(bench))
    graphics = (("graphics", width, list(pictures.values())) for width, pictures in drawings)
    with bench.peers.all((OURS, OURS_LOSSY)) as engines:
        for kind, width, pictures in (*photographs, *graphics):
            for format_class in CLASSES:
                pairs = [_pair(bench, engines, picture, format_class) for picture in pictures]
                rows.append(_row(f"{kind} → {width}, {CLASSES[format_class]}", pairs))
                bench.say(rows[-1], _COLUMNS)
                of_photographs[format_class] += pairs if kind == "photographs" else []
    verdicts = [_verdict(name, pairs) for name, pairs in of_photographs.items()]
    return Findings([Table("Lossless attempts", _NOTE, _HEADING, rows)], verdicts)


def _pair(bench: Bench, engines: Mapping[str, Worker], picture: Path, format_class: str) -> Pair:
    runs = {name: partial(each.ask, "encode", pixels=picture, format=format_class) for name, each in engines.items()}
    laps = race(runs, quick=bench.quick)
    return laps[OURS], laps[OURS_LOSSY]


def _row(what: str, pairs: list[Pair]) -> tuple[str, ...]:
    tried, lossy = ([pair[number] for pair in pairs] for number in (0, 1))
    times = [geometric_mean([lap.ms for lap in laps]) for laps in (tried, lossy)]
    sums = [sum(lap.done.bytes for lap in laps) for laps in (tried, lossy)]
    wins = sum(with_it.done.bytes < without.done.bytes for with_it, without in pairs)
    return (
        what,
        f"×{times[0] / times[1]:.2f}",
        f"×{sums[0] / sums[1]:.2f}",
        *map(human, times),
        f"{wins} of {len(pairs)}",
    )


def _verdict(format_class: str, pairs: Iterable[Pair]) -> Verdict:
    """Of all photographs together."""
    tried, lossy = zip(*((tried.ms, lossy.ms) for tried, lossy in pairs), strict=True)
    what = f"photographs in class {format_class}, time because of lossless attempts"
    return at_most(what, sum(tried) / sum(lossy), _MOST)
