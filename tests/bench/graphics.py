"""Graphics: our variants beside sharp's lossy and lossless files of the same pixels."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path

from PIL import Image

from tests.bench import lossless
from tests.bench.bench import Bench
from tests.bench.drawings import DRAWINGS
from tests.bench.equal import Point, at_score, geometric_mean
from tests.bench.peers import OURS, SHARP
from tests.bench.race import race
from tests.bench.reference import resized
from tests.bench.report import CLASSES, Findings, Table, Verdict, human, ratio, size
from tests.bench.score import is_as_good
from tests.bench.worker import Done, Worker

#: Reduced, and as large as drawn.
WIDTHS = (300, 1600)
#: sharp's lossy and its lossless format that compare with each of our format classes.
PEERS: Mapping[str, tuple[str, str]] = {"avif": ("avif", "avif"), "webp": ("webp", "webp"), "basic": ("jpeg", "png")}
LOSSY, LOSSLESS = "lossy", "lossless"
_SHARPS = (LOSSY, LOSSLESS)
#: Our default quality, and others to find our smallest file at the score of sharp's.
_DEFAULT, _OTHERS = 75, (60, 85, 95)
#: The widest that sharp encodes as lossless AVIF here: larger ones take it 10 to 20 seconds each.
_LOSSLESS_AVIF = 300
_SAME = 100.0
_BUDGET = 1.0
_HEADING = (
    "graphic → width, class", "time", "bytes at its score", "time: ours", *_SHARPS, "bytes: ours", *_SHARPS,
    "score: ours", LOSSY,
)  # fmt: skip
_COLUMNS = (34, 8, 20, 12, 9, 10, 13, 11, 11, 13, 8)
_NOTE = (
    "Drawings as programs make them, reduced and as large as drawn. All encoders get the same pixels, which are the "
    "reference of the scores: how a resize averages does not matter here. Ours is the variant of a format class at the "
    "default quality, lossless if that is smaller. sharp's are lossy and lossless AVIF (effort 4), lossy and lossless "
    "WebP, and JPEG and PNG, with its defaults. Lossless AVIF is reduced only: at 1600 pixels it takes 10 to 20 "
    "seconds and 2 to 8 times the bytes of lossy. *time* is ours divided by that of the smaller of sharp's two files; "
    "*bytes at its score* is our smallest file that is as good, of four qualities and interpolated, divided by it. "
    "JPEG has no transparency, so some graphics have no lossy file to compare with."
)


@dataclass(frozen=True, slots=True)
class Job:
    """A drawing at a width, answered in a format class."""

    name: str
    width: int
    format_class: str
    pixels: Path
    transparent: bool

    @property
    def title(self) -> str:
        return f"{self.name} → {self.width}, {CLASSES[self.format_class]}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """Our points, the first at the default quality, and sharp's by `LOSSY` and `LOSSLESS`."""

    job: Job
    ours: list[Point]
    sharps: Mapping[str, Point]

    @property
    def smaller(self) -> Point | None:
        """The smaller of sharp's files."""
        return min(self.sharps.values(), key=lambda point: point.bytes, default=None)

    @property
    def bytes_at_its_score(self) -> float | None:
        """Our bytes divided by those of sharp's smaller file, at its score; None if none of ours is as good."""
        if self.smaller is None:
            return None
        ours = smallest_as_good(self.ours, self.smaller.score)
        return None if ours is None else ours / self.smaller.bytes

    def cells(self) -> tuple[str, ...]:
        ours, smaller, share = self.ours[0], self.smaller, self.bytes_at_its_score
        return (
            self.job.title,
            ratio(ours.ms, smaller.ms if smaller else None),
            "–" if share is None else f"×{share:.2f}",
            human(ours.ms),
            *(human(self.sharps[each].ms) if each in self.sharps else "–" for each in _SHARPS),
            size(ours.bytes),
            *(size(self.sharps[each].bytes) if each in self.sharps else "–" for each in _SHARPS),
            f"{ours.score:.1f}",
            f"{self.sharps[LOSSY].score:.1f}" if LOSSY in self.sharps else "–",
        )


def smallest_as_good(points: Iterable[Point], score: float) -> float | None:
    """The fewest bytes of those ``points`` that are as good as ``score``, and of the curve of the lossy ones there."""
    points = list(points)
    between = at_score([point for point in points if point.score < _SAME], score)
    good = [point.bytes for point in points if is_as_good(point.score, score)]
    return min([*good, *([between.bytes] if between else [])], default=None)


def run(bench: Bench) -> Findings:
    with bench.peers.all() as engines:
        measured = (_measured(bench, engines, job) for job in _jobs(bench))
        outcomes = bench.say_each(_HEADING, _COLUMNS, measured)
    table = Table("Graphics", _NOTE, _HEADING, [outcome.cells() for outcome in outcomes])
    return Findings([table], list(_verdicts(outcomes))) + lossless.run(bench, _by_width(bench))


def _jobs(bench: Bench) -> Iterator[Job]:
    for width, pictures in _by_width(bench):
        for name, picture in pictures.items():
            with Image.open(picture) as image:
                transparent = image.has_transparency_data
            for format_class in PEERS:
                yield Job(name, width, format_class, picture, transparent)


def _by_width(bench: Bench) -> Iterator[tuple[int, dict[str, Path]]]:
    for width in WIDTHS[:1] if bench.quick else WIDTHS:
        names = islice(DRAWINGS, 3) if bench.quick else DRAWINGS
        yield width, {name: _pixels(bench, name, width) for name in names}


def _pixels(bench: Bench, name: str, width: int) -> Path:
    """The drawing as a PNG. Reduced by the main reference, which is no engine's."""

    def draw() -> Image.Image:
        image = DRAWINGS[name]()
        return resized(image, (width, round(image.height * width / image.width)))

    return bench.input_files.lossless(f"graphic-{name.replace(' ', '-')}-{width}", draw)


def _measured(bench: Bench, engines: Mapping[str, Worker], job: Job) -> Outcome:
    outs: dict[str, Path] = {}
    runs = {name: partial(_encode, engines, job, name, out=_out(bench, outs, name)) for name in _files(engines, job)}
    laps = race(runs, quick=True)  # no budget depends on these times
    others = [f"{OURS} {quality}" for quality in _OTHERS]
    done = {name: lap.done for name, lap in laps.items()}
    done |= {name: _encode(engines, job, name, out=_out(bench, outs, name)) for name in others}
    scores = dict(zip(done, bench.scorer.scores((job.pixels, outs[name]) for name in done), strict=True))
    points = {
        name: Point(scores[name], done[name].bytes, laps[name].ms if name in laps else done[name].ms) for name in done
    }
    return Outcome(
        job, [points[name] for name in (OURS, *others)], {name: points[name] for name in laps if name in _SHARPS}
    )


def _out(bench: Bench, outs: dict[str, Path], name: str) -> Path:
    return outs.setdefault(name, bench.scratch(f"{name}.encoded"))


def _files(engines: Mapping[str, Worker], job: Job) -> Iterator[str]:
    yield OURS
    if SHARP in engines:
        if not (job.transparent and job.format_class == "basic"):
            yield LOSSY
        if job.format_class != "avif" or job.width <= _LOSSLESS_AVIF:
            yield LOSSLESS


def _encode(engines: Mapping[str, Worker], job: Job, name: str, out: Path) -> Done:
    """One file: ours, ours at a quality, or sharp's lossy or lossless one."""
    if name in _SHARPS:
        format_name = PEERS[job.format_class][_SHARPS.index(name)]
        return engines[SHARP].ask("encode", pixels=job.pixels, format=format_name, lossless=name == LOSSLESS, out=out)
    quality = int(name.removeprefix(OURS) or _DEFAULT)
    return engines[OURS].ask("encode", pixels=job.pixels, format=job.format_class, quality=quality, out=out)


def _verdicts(outcomes: list[Outcome]) -> Iterator[Verdict]:
    for format_class in PEERS:
        for width in WIDTHS:
            found = [each for each in outcomes if (each.job.format_class, each.job.width) == (format_class, width)]
            shares = [share for each in found if (share := each.bytes_at_its_score) is not None]
            if shares:
                yield _verdict(f"graphics of {width} px, {CLASSES[format_class]} class, {len(found)} drawings", shares)


def _verdict(what: str, shares: list[float]) -> Verdict:
    within = sum(share <= _BUDGET for share in shares)
    return Verdict(
        what,
        f"≤ ×{_BUDGET:.2f} the smaller of sharp's, at its score",
        f"×{geometric_mean(shares):.2f} on average, worst ×{max(shares):.2f}",
        geometric_mean(shares) <= _BUDGET,
        f"{within} of {len(shares)} within",
    )
