"""Encoders compared on the same pixels: time and bytes at equal score."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PIL import Image

from tests.bench.bench import Bench
from tests.bench.equal import Point, at_score, geometric_mean
from tests.bench.peers import OURS, SHARP, VIPS
from tests.bench.race import race
from tests.bench.reference import resized
from tests.bench.report import SPELLED, Findings, Table, Verdict, human
from tests.bench.worker import Done, Worker


@dataclass(frozen=True, slots=True)
class Encoder:
    """An encoder with its engine's usual options, and the qualities to measure."""

    engine: str
    format: str
    qualities: tuple[int, ...]
    effort: int | None = None

    @property
    def name(self) -> str:
        return self.engine if self.effort is None else f"{self.engine}, effort {self.effort}"


#: Ours: enough for a curve. Peers: their defaults (JPEG 80, WebP 80, AVIF 50; libvips 75, 75) and one more.
_OURS = (35, 50, 65, 75, 85)
ENCODERS = (
    *(Encoder(OURS, name, _OURS) for name in ("jpeg", "webp", "avif")),
    Encoder(SHARP, "jpeg", (65, 80)),
    Encoder(SHARP, "webp", (60, 80)),
    *(Encoder(SHARP, "avif", (50, 62), effort) for effort in (4, 2, 0)),
    Encoder(VIPS, "jpeg", (75,)),
    Encoder(VIPS, "webp", (75,)),
    *(Encoder(name, "png", (0,)) for name in (OURS, SHARP, VIPS)),
)
_LOSSLESS, _SAME = "png", 100.0
_HEADING = ("compared with", "width", "time", "bytes", "ours", "theirs", "score", "points")
_COLUMNS = (26, 8, 9, 9, 10, 10, 8, 8)
_NOTE = (
    "All encoders get the same lossless pixels, which are the reference of the scores: how a resize averages does not "
    "matter here. *time* and *bytes* are ours divided by theirs at the score that theirs reached, interpolated on our "
    "curve of five qualities; means over the photographs. PNG is lossless."
)
Curves = Mapping[Encoder, list[Point]]


@dataclass(frozen=True, slots=True)
class Match:
    """A peer's point and our point at the same score."""

    theirs: Point
    ours: Point


def run(bench: Bench) -> Findings:
    bench.say(_HEADING, _COLUMNS)
    rows, counted = [], []
    matches: dict[Encoder, list[Match]] = defaultdict(list)
    with bench.peers.all() as engines:
        encoders = [encoder for encoder in ENCODERS if encoder.engine in engines]
        for width, pictures in photographs_by_width(bench):
            curves = [_curves(bench, engines, encoders, picture) for picture in pictures]
            counted += [pair for curve in curves for pair in _avif_and_webp(curve)]
            for encoder in [encoder for encoder in encoders if encoder.engine != OURS]:
                found = [match for curve in curves for match in _matches(curve, encoder)]
                if found:
                    matches[encoder] += found
                    rows.append(_row(encoder, width, found))
                    bench.say(rows[-1], _COLUMNS)
    verdicts = [verdict for encoder, found in matches.items() for verdict in _verdicts(encoder, found)]
    tables = [Table("Encoders from the same pixels", _NOTE, _HEADING, rows), _count(counted)]
    return Findings(tables, verdicts)


def photographs_by_width(bench: Bench) -> Iterator[tuple[int, list[Path]]]:
    """Images by width: each photograph at thumbnail and phone width, and one at desktop width."""
    photos = bench.input_files.photos[:3] if bench.quick else bench.input_files.photos
    for width in (300, 600) if bench.quick else (300, 600, 1600):
        if width < 1000:
            yield width, [_shrunk(bench, photo.name, photo.pixels(), width) for photo in photos]
        else:
            with Image.open(bench.input_files.input("PNG", "6").path) as image:
                yield width, [_shrunk(bench, "6-megapixels", image.convert("RGB"), width)]


def _shrunk(bench: Bench, name: str, image: Image.Image, width: int) -> Path:
    """The pixels of the neutral reference, which no engine has resized."""
    width = min(width, image.width)
    size = width, round(image.height * width / image.width)
    return bench.input_files.lossless(f"pixels-{name}-{size[0]}x{size[1]}", lambda: resized(image, size))


def _curves(bench: Bench, engines: Mapping[str, Worker], encoders: Sequence[Encoder], pixels: Path) -> Curves:
    """Formats one after another, so that fast encoders get more rounds."""
    curves: dict[Encoder, list[Point]] = {}
    for name in dict.fromkeys(encoder.format for encoder in encoders):
        curves |= _of_format(bench, engines, [encoder for encoder in encoders if encoder.format == name], pixels)
    return curves


def _of_format(bench: Bench, engines: Mapping[str, Worker], encoders: Iterable[Encoder], pixels: Path) -> Curves:
    jobs = {f"{encoder.name} {quality}": (encoder, quality) for encoder in encoders for quality in encoder.qualities}
    outs = {name: bench.scratch(f"{name}.{encoder.format}") for name, (encoder, _) in jobs.items()}
    runs = {name: partial(_encode, engines[job[0].engine], *job, pixels, outs[name]) for name, job in jobs.items()}
    laps = race(runs, quick=bench.quick)
    lossless = all(encoder.format == _LOSSLESS for encoder in encoders)
    scores = [_SAME] * len(laps) if lossless else bench.scorer.scores((pixels, outs[name]) for name in laps)
    curves: dict[Encoder, list[Point]] = {encoder: [] for encoder in encoders}
    for (name, lap), score in zip(laps.items(), scores, strict=True):
        curves[jobs[name][0]].append(Point(score, lap.done.bytes, lap.ms))
    return curves


def _encode(engine: Worker, encoder: Encoder, quality: int, pixels: Path, out: Path) -> Done:
    effort = {} if encoder.effort is None else {"effort": encoder.effort}
    return engine.ask("encode", pixels=pixels, format=encoder.format, quality=quality, out=out, **effort)


def _matches(curves: Curves, encoder: Encoder) -> Iterator[Match]:
    ours = next(points for mine, points in curves.items() if mine.engine == OURS and mine.format == encoder.format)
    for theirs in curves[encoder]:
        if len(ours) == 1:
            yield Match(theirs, ours[0])
        elif (point := at_score(ours, theirs.score)) is not None:
            yield Match(theirs, point)


def _row(encoder: Encoder, width: int, matches: list[Match]) -> tuple[str, ...]:
    count = len(matches)
    return (
        f"{SPELLED[encoder.format]}, {encoder.name}",
        str(width),
        f"×{_times(matches):.2f}",
        f"×{_bytes(matches):.2f}",
        human(geometric_mean([match.ours.ms for match in matches])),
        human(geometric_mean([match.theirs.ms for match in matches])),
        f"{sum(match.theirs.score for match in matches) / count:.1f}",
        str(count),
    )


def _times(matches: list[Match]) -> float:
    return geometric_mean([match.ours.ms / match.theirs.ms for match in matches])


def _bytes(matches: list[Match]) -> float:
    return geometric_mean([match.ours.bytes / match.theirs.bytes for match in matches])


#: For AVIF: sharp's effort, to the allowed ratios of time and bytes.
_BUDGETS = {4: (0.2, 1.05), 2: (0.6, 1.05)}


def _verdicts(encoder: Encoder, matches: list[Match]) -> Iterator[Verdict]:
    if encoder.effort in _BUDGETS:
        time, size = _BUDGETS[encoder.effort]
        times, sizes = _times(matches), _bytes(matches)
        over = [
            f"{what} {got / most - 1:.0%} over"
            for what, got, most in (("time", times, time), ("bytes", sizes, size))
            if got > most
        ]
        budget, measured = f"time ≤ ×{time:.2f}, bytes ≤ ×{size:.2f}", f"time ×{times:.2f}, bytes ×{sizes:.2f}"
        yield Verdict(
            f"AVIF at equal score, against effort {encoder.effort}", budget, measured, not over, ", ".join(over)
        )


def _avif_and_webp(curves: Curves) -> Iterator[tuple[Point, Point]]:
    """Our WebP's points, each with our AVIF at the same score."""
    ours = {encoder.format: points for encoder, points in curves.items() if encoder.engine == OURS}
    for point in ours["webp"]:
        if (avif := at_score(ours["avif"], point.score)) is not None:
            yield point, avif


def _count(pairs: list[tuple[Point, Point]]) -> Table:
    bigger = sum(avif.bytes > webp.bytes for webp, avif in pairs)
    mean = f"×{geometric_mean([avif.bytes / webp.bytes for webp, avif in pairs]):.2f}" if pairs else "–"
    row = ("our AVIF against our WebP", str(len(pairs)), str(bigger), mean)
    note = "The same photographs and widths, at our five qualities."
    return Table("AVIF and WebP at equal score", note, ("", "points", "AVIF is larger", "AVIF's bytes / WebP's"), [row])
