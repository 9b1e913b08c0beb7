"""Decoding and resizing without encoding, with scores of the raw pixels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.bench.bench import Bench, as_png
from tests.bench.chart import Bar, bars
from tests.bench.equal import geometric_mean
from tests.bench.inputs import KINDS, SIZES, Input
from tests.bench.peers import OURS, SHARP, VIPS
from tests.bench.race import Lap, race
from tests.bench.report import Chart, Findings, Table, Verdict, human, points, ratio
from tests.bench.worker import Done, Worker

WIDTHS = (150, 300, 720, 1600)
#: Sizes at which formats other than JPEG are measured at every second width, because they decode slowly.
_HALVED = ("6", "24")
#: What a quick run measures.
_QUICK = {("JPEG", "6"), ("JPEG", "13"), ("PNG", "6"), ("PNG alpha", "2"), ("WebP", "6"), ("AVIF", "6")}
_HEADING = ("source → width", "time", "ours", "sharp", "libvips", "score: ours", "sharp", "libvips")
_COLUMNS = (28, 9, 10, 10, 10, 13, 9, 9)
#: Scores that differ by less look the same.
_EQUAL = 0.5
_SHOWN = "13"
_NOTE = (
    "Decoded and resized, not encoded. *time* is ours divided by sharp's. *score* is SSIMULACRA2 of the raw pixels "
    "against the neutral reference."
)


@dataclass(frozen=True, slots=True)
class Cell:
    """One source at one width, by engine."""

    source: Input
    width: int
    laps: Mapping[str, Lap]
    scores: Mapping[str, float]

    @property
    def times(self) -> float:
        """Our time divided by sharp's."""
        return self.laps[OURS].ms / self.laps[SHARP].ms

    @property
    def gain(self) -> float:
        """Our score minus sharp's."""
        return self.scores[OURS] - self.scores[SHARP]

    def cells(self) -> tuple[str, ...]:
        laps, scores = self.laps, self.scores
        engines = (OURS, SHARP, VIPS)
        return (
            f"{self.source.name} → {self.width}",
            ratio(laps[OURS].ms, laps[SHARP].ms if SHARP in laps else None),
            *(human(laps[name].ms) if name in laps else "–" for name in engines),
            *(f"{scores[name]:.1f}" if name in scores else "–" for name in engines),
        )


def run(bench: Bench) -> Findings:
    bench.say(_HEADING, _COLUMNS)
    cells = []
    with bench.peers.all() as engines:
        for source, width in _jobs(bench):
            cells.append(_measured(bench, engines, source, width))
            bench.say(cells[-1].cells(), _COLUMNS)
    both = [cell for cell in cells if SHARP in cell.laps]
    table = Table("Decoding and resizing", _NOTE, _HEADING, [cell.cells() for cell in cells])
    return Findings([table], list(_verdicts(both)), list(_charts(both)))


def _charts(cells: list[Cell]) -> Iterator[Chart]:
    shown = [cell for cell in cells if cell.source.megapixels == _SHOWN and cell.width >= 300]
    if shown:
        about = f"{_SHOWN} MP photographs, decoded and resized, not encoded: our time divided by sharp's"
        yield Chart("resize", about, bars("Decoding and resizing", about, "sharp", [_bar(cell) for cell in shown]))


def _bar(cell: Cell) -> Bar:
    ours, sharp = (human(cell.laps[name].ms) for name in (OURS, SHARP))
    return Bar(f"{cell.source.kind} → {cell.width} px", cell.times, f"{ours} / {sharp}, score {points(cell.gain)}")


def _jobs(bench: Bench) -> Iterator[tuple[Input, int]]:
    for megapixels, size in SIZES.items():
        for kind in KINDS:
            if not bench.quick or (kind, megapixels) in _QUICK:
                for width in _widths(bench, kind, megapixels):
                    if width <= size[0]:
                        yield bench.input_files.input(kind, megapixels), width


def _widths(bench: Bench, kind: str, megapixels: str) -> tuple[int, ...]:
    if bench.quick:
        return WIDTHS[1:] if kind == "JPEG" else WIDTHS[1:3]
    return WIDTHS if kind == "JPEG" or megapixels not in _HALVED else WIDTHS[1::2]


def _measured(bench: Bench, engines: Mapping[str, Worker], source: Input, width: int) -> Cell:
    outs = {name: bench.scratch(f"{name}.raw") for name in engines}
    runs = {
        name: partial(engine.ask, "resize", input=source.path, width=width, out=outs[name])
        for name, engine in engines.items()
    }
    laps = race(runs, quick=bench.quick)
    pairs = {name: _pair(bench, source, outs[name], lap.done) for name, lap in laps.items()}
    return Cell(source, width, laps, dict(zip(pairs, bench.scorer.scores(pairs.values()), strict=True)))


def _pair(bench: Bench, source: Input, raw: Path, done: Done) -> tuple[Path, Path]:
    return bench.references.of(source.path, done.size), as_png(raw, done)


def _verdicts(cells: list[Cell]) -> Iterator[Verdict]:
    for cell in cells:
        if cell.source.kind == "JPEG" and cell.source.megapixels in ("6", "13") and cell.width >= 300:
            yield _of_jpeg(cell)
    for kind in ("PNG", "PNG alpha", "WebP"):
        times = [cell.times for cell in cells if cell.source.kind == kind]
        if times:
            within = sum(time <= 1 for time in times)
            yield Verdict(
                f"{kind} sources, {len(times)} jobs",
                "each ≤ ×1.00",
                f"×{geometric_mean(times):.2f} on average, worst ×{max(times):.2f}",
                max(times) <= 1,
                f"{within} of {len(times)} within",
            )


def _of_jpeg(cell: Cell) -> Verdict:
    better = cell.times <= 1 and cell.gain >= 3
    faster = cell.times <= 0.8 and cell.gain >= -_EQUAL
    missing = "" if better or faster else _by_how_much(cell)
    budget = "≤ ×1.00 and score + 3, or ≤ ×0.80 at equal score"
    return Verdict(
        f"{cell.source.name} → {cell.width}, decode and resize",
        budget,
        f"×{cell.times:.2f}, score {points(cell.gain)}",
        better or faster,
        missing,
    )


def _by_how_much(cell: Cell) -> str:
    if cell.gain >= 3:
        return f"{cell.times - 1:.0%} over"
    if cell.gain >= -_EQUAL:
        return f"{cell.times / 0.8 - 1:.0%} over ×0.80"
    return f"{-cell.gain:.1f} points short"
