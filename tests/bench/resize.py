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
from tests.bench.race import Outcome, race
from tests.bench.reference import Averaging
from tests.bench.report import Chart, Findings, Table, Verdict, human, points, ratio
from tests.bench.score import is_as_good
from tests.bench.worker import Done, Worker

WIDTHS = (150, 300, 720, 1600)
#: The input and output size of sharp's published JPEG task.
_SHARPS_TASK = ("JPEG", (2725, 2225)), (720, 588)
#: Sizes at which formats other than JPEG are measured at every second width, because they decode slowly.
_HALVED = ("6", "24")
#: What a quick run measures.
_QUICK = {("JPEG", "6"), ("JPEG", "13"), ("PNG", "6"), ("PNG alpha", "2"), ("WebP", "6"), ("AVIF", "6")}
#: How much of sharp's time each kind may take, at sharp's score.
_BUDGETS = {"JPEG": 1.0, "PNG": 1.6, "PNG alpha": 1.6, "WebP": 1.0, "AVIF": 1.0}
_ENGINES = (OURS, SHARP, VIPS)
_HEADING = (
    "source → width", "time", *_ENGINES, "score: ours", *_ENGINES[1:], "in linear light: ours", *_ENGINES[1:]
)  # fmt: skip
_COLUMNS = (28, 9, 10, 10, 10, 13, 9, 9, 23, 9, 9)
_SHOWN = "13"
_NOTE = (
    "Decoded and resized, not encoded. *time* is ours divided by sharp's. *score* is SSIMULACRA2 of the raw pixels "
    "against the main reference; the last three columns are scores against the one in linear light."
)


@dataclass(frozen=True, slots=True)
class Job:
    """One source at one width; a height of 0 follows from the width."""

    source: Input
    width: int
    height: int = 0
    title: str = ""

    @property
    def name(self) -> str:
        return self.title or f"{self.source.name} → {self.width}"


class _Outcome(Outcome[Job]):
    @property
    def times(self) -> float:
        """Our time divided by sharp's."""
        return self.laps[OURS].ms / self.laps[SHARP].ms

    @property
    def gain(self) -> float:
        """Our score minus sharp's."""
        return self.scores[OURS, Averaging.GAMMA] - self.scores[SHARP, Averaging.GAMMA]

    @property
    def is_as_good(self) -> bool:
        """Whether our score is at least as good as sharp's."""
        return is_as_good(self.scores[OURS, Averaging.GAMMA], self.scores[SHARP, Averaging.GAMMA])

    def cells(self) -> tuple[str, ...]:
        laps = self.laps
        return (
            self.job.name,
            ratio(laps[OURS].ms, laps[SHARP].ms if SHARP in laps else None),
            *(human(laps[name].ms) if name in laps else "–" for name in _ENGINES),
            *(self._score(name, averaging) for averaging in Averaging for name in _ENGINES),
        )

    def _score(self, engine: str, averaging: Averaging) -> str:
        return f"{self.scores[engine, averaging]:.1f}" if engine in self.laps else "–"


def run(bench: Bench) -> Findings:
    with bench.peers.all() as engines:
        measured = (_measured(bench, engines, job) for job in _jobs(bench))
        outcomes = bench.say_each(_HEADING, _COLUMNS, measured)
    both = [outcome for outcome in outcomes if SHARP in outcome.laps]
    table = Table("Decoding and resizing", _NOTE, _HEADING, [outcome.cells() for outcome in outcomes])
    return Findings([table], list(_verdicts(both)), list(_charts(both)))


def _charts(outcomes: list[_Outcome]) -> Iterator[Chart]:
    shown = [each for each in outcomes if each.job.source.megapixels == _SHOWN and each.job.width >= 300]
    if shown:
        about = f"{_SHOWN} MP photographs, decoded and resized, not encoded: our time divided by sharp's"
        yield Chart("resize", about, bars("Decoding and resizing", about, "sharp", [_bar(each) for each in shown]))


def _bar(outcome: _Outcome) -> Bar:
    ours, sharp = (human(outcome.laps[name].ms) for name in (OURS, SHARP))
    label = f"{outcome.job.source.kind} → {outcome.job.width} px"
    return Bar(label, outcome.times, f"{ours} / {sharp}, score {points(outcome.gain)}")


def _jobs(bench: Bench) -> Iterator[Job]:
    source, size = _SHARPS_TASK
    yield Job(bench.input_files.exactly(*source), *size, "sharp's JPEG task, 6 MP → 720")
    for megapixels, (most, _) in SIZES.items():
        for kind in KINDS:
            if not bench.quick or (kind, megapixels) in _QUICK:
                for width in _widths(bench, kind, megapixels):
                    if width <= most:
                        yield Job(bench.input_files.input(kind, megapixels), width)


def _widths(bench: Bench, kind: str, megapixels: str) -> tuple[int, ...]:
    if bench.quick:
        return WIDTHS[1:] if kind == "JPEG" else WIDTHS[1:3]
    return WIDTHS if kind == "JPEG" or megapixels not in _HALVED else WIDTHS[1::2]


def _measured(bench: Bench, engines: Mapping[str, Worker], job: Job) -> _Outcome:
    outs = {name: bench.scratch(f"{name}.raw") for name in engines}
    asked = {"input": job.source.path, "width": job.width, "height": job.height}
    runs = {name: partial(engine.ask, "resize", **asked, out=outs[name]) for name, engine in engines.items()}
    laps = race(runs, quick=bench.quick)
    pairs = {
        (name, averaging): _pair(bench, job.source, averaging, outs[name], lap.done)
        for name, lap in laps.items()
        for averaging in Averaging
    }
    return _Outcome(job, laps, dict(zip(pairs, bench.scorer.scores(pairs.values()), strict=True)))


def _pair(bench: Bench, source: Input, averaging: Averaging, raw: Path, done: Done) -> tuple[Path, Path]:
    return bench.references.of(source.path, done.size, averaging), as_png(raw, done)


def _verdicts(outcomes: list[_Outcome]) -> Iterator[Verdict]:
    """The JPEG jobs one by one, the other kinds together."""
    for outcome in outcomes:
        if outcome.job.source.kind == "JPEG" and (outcome.job.title or outcome.job.source.megapixels in ("6", "13")):
            yield _of_one(outcome)
    for kind in [kind for kind in KINDS if kind != "JPEG"]:
        found = [outcome for outcome in outcomes if outcome.job.source.kind == kind]
        if found:
            yield _of_kind(kind, found)


def _of_one(outcome: _Outcome) -> Verdict:
    most = _BUDGETS[outcome.job.source.kind]
    missed = [] if outcome.times <= most else [f"{outcome.times / most - 1:.0%} over"]
    missed += [] if outcome.is_as_good else [f"{-outcome.gain:.1f} points short"]
    measured = f"×{outcome.times:.2f}, score {points(outcome.gain)}"
    what = f"{outcome.job.name}, decode and resize"
    return Verdict(what, f"≤ ×{most:.2f} at its score", measured, not missed, ", ".join(missed))


def _of_kind(kind: str, outcomes: list[_Outcome]) -> Verdict:
    most, times = _BUDGETS[kind], [outcome.times for outcome in outcomes]
    within = sum(outcome.times <= most and outcome.is_as_good for outcome in outcomes)
    worst = min(outcome.gain for outcome in outcomes)
    return Verdict(
        f"{kind} sources, {len(times)} jobs",
        f"each ≤ ×{most:.2f} at its score",
        f"×{geometric_mean(times):.2f} on average, worst ×{max(times):.2f}, score {points(worst)}",
        within == len(times),
        f"{within} of {len(times)} within",
    )
