"""Complete jobs, from a file's bytes to a variant's bytes, with each engine's defaults."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from tests.bench.bench import Bench
from tests.bench.inputs import Input
from tests.bench.peers import OURS, SHARP, VIPS
from tests.bench.race import Outcome, race
from tests.bench.reference import Averaging
from tests.bench.report import SPELLED, Findings, Table, human, ratio, size
from tests.bench.resize import WIDTHS
from tests.bench.worker import Worker

_FORMATS = ("avif", "webp", "jpeg", "png")
_LOSSLESS = "png"
_ENGINES = (OURS, SHARP, VIPS)
_PEERS = _ENGINES[1:]
_HEADING = (
    "job", "time", "bytes", "time: ours", *_PEERS, "bytes: ours", *_PEERS, "score: ours", *_PEERS,
    "in linear light: ours", *_PEERS,
)  # fmt: skip
_COLUMNS = (30, 8, 8, 12, 9, 9, 13, 10, 10, 13, 8, 9, 23, 8, 9)
_NOTE = (
    "*time* and *bytes* are ours divided by sharp's; the absolute figures follow. Default qualities: ours is 75 on "
    "its own scale; sharp's are JPEG 80, WebP 80 and AVIF 50 at effort 4; libvips' are 75, 75 and 50 at effort 4. "
    "Bytes can only be compared at equal scores, as in the table of encoders. PNG is lossless, so its score is that "
    "of the resize. The last three columns are scores against the reference in linear light."
)


@dataclass(frozen=True, slots=True)
class Job:
    source: Input
    format: str
    width: int
    height: int = 0
    quality: int = 0
    title: str = ""

    @property
    def name(self) -> str:
        return self.title or f"{self.source.name} → {self.width} {SPELLED[self.format]}"


class _Outcome(Outcome[Job]):
    def cells(self) -> tuple[str, ...]:
        laps = self.laps
        ours, theirs = laps[OURS], laps.get(SHARP)
        return (
            self.job.name,
            ratio(ours.ms, theirs.ms) if theirs else "–",
            ratio(ours.done.bytes, theirs.done.bytes) if theirs else "–",
            *(human(laps[name].ms) if name in laps else "–" for name in _ENGINES),
            *(size(laps[name].done.bytes) if name in laps else "–" for name in _ENGINES),
            *(self._score(name, averaging) for averaging in Averaging for name in _ENGINES),
        )

    def _score(self, engine: str, averaging: Averaging) -> str:
        score = self.scores.get((engine, averaging))
        return "–" if score is None else f"{score:.1f}"


def run(bench: Bench) -> Findings:
    with bench.peers.all() as engines:
        yardsticks = Table("sharp's own tasks", _TASKS, _HEADING, _rows(bench, engines, _yardsticks(bench)))
        jobs = Table("Complete jobs at default qualities", _NOTE, _HEADING, _rows(bench, engines, _jobs(bench)))
    return Findings([yardsticks, jobs])


_TASKS = (
    "The two tasks of sharp's published benchmark: a JPEG of 2725×2225 to 720×588 at quality 80 on each engine's "
    "scale, and an RGBA PNG of 2048×1536 to 720×540."
)


def _rows(bench: Bench, engines: Mapping[str, Worker], jobs: Iterator[Job]) -> list[tuple[str, ...]]:
    done = bench.say_each(_HEADING, _COLUMNS, (_done(bench, engines, job) for job in jobs))
    return [outcome.cells() for outcome in done]


def _yardsticks(bench: Bench) -> Iterator[Job]:
    jpeg, png = bench.input_files.exactly("JPEG", (2725, 2225)), bench.input_files.exactly("PNG alpha", (2048, 1536))
    yield Job(jpeg, "jpeg", 720, 588, 80, "sharp's JPEG task")
    yield Job(png, "png", 720, 540, title="sharp's PNG task")


def _jobs(bench: Bench) -> Iterator[Job]:
    for megapixels in ("6",) if bench.quick else ("6", "13"):
        for width in WIDTHS[1:3] if bench.quick else WIDTHS:
            for name in _FORMATS:
                yield Job(bench.input_files.input("JPEG", megapixels), name, width)
    for kind in () if bench.quick else ("PNG alpha", "WebP", "AVIF"):
        for name in ("avif", "webp", "png" if "alpha" in kind else "jpeg"):
            yield Job(bench.input_files.input(kind, "2"), name, 720)


def _done(bench: Bench, engines: Mapping[str, Worker], job: Job) -> _Outcome:
    asked = {"input": job.source.path, "format": job.format, "width": job.width, "height": job.height}
    if job.quality:
        asked["quality"] = job.quality
    outs = {name: bench.scratch(f"{name}.{job.format}") for name in engines}
    runs = {name: partial(engine.ask, "job", **asked, out=outs[name]) for name, engine in engines.items()}
    laps = race(runs, quick=bench.quick)
    if job.format == _LOSSLESS and not job.title:
        return _Outcome(job, laps, {})
    pairs = {
        (name, averaging): (bench.references.of(job.source.path, lap.done.size, averaging), outs[name])
        for name, lap in laps.items()
        for averaging in Averaging
    }
    return _Outcome(job, laps, dict(zip(pairs, bench.scorer.scores(pairs.values()), strict=True)))
