"""Fits `edge.image.encode.still`'s quality scale: ``python -m tests.bench.quality_scale [FOLDER]``.

Prints what the current table gives, the best table, and what a table that is fitted to every other photograph gives on
the rest. The best table has, for each format, the encoder's quality at which photographs of 300, 600 and 1200 pixels
reach, on average, the score that our quality stands for. Takes half a minute of one core for each photograph.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from statistics import mean
from tempfile import TemporaryDirectory

import numpy as np
from PIL import Image

from edge.image.encode import still
from edge.image.encode.quality import to_encoder
from tests.bench.equal import geometric_mean
from tests.bench.photographs import photographs
from tests.bench.reference import resized
from tests.bench.score import score

FORMATS = ("jpeg", "webp", "avif")
WIDTHS = (300, 600, 1200)
#: Our qualities and the SSIMULACRA2 score that each stands for: 30 is low, 50 medium, 70 good, 90 visually identical.
SCORES = {25: 50.0, 40: 59.0, 50: 65.0, 60: 69.4, 75: 76.0, 85: 82.0, 90: 85.0}
#: A format, and whether it is a JPEG with colours at full resolution, to the encoder's own qualities that are measured.
_TRIED: Mapping[tuple[str, bool], Sequence[int]] = {
    ("jpeg", False): (20, 28, 40, 52, 64, 74, 82, 90),
    ("jpeg", True): (76, 82, 88, 94),
    ("webp", False): (18, 26, 40, 54, 66, 76, 86, 93, 97),
    ("avif", False): (30, 38, 46, 54, 62, 72, 82, 90),
}
Table = Mapping[str, Mapping[int, int]]
Series = Mapping[tuple[str, bool], Sequence[tuple[float, int]]]


@dataclass(frozen=True, slots=True)
class Measured:
    """The scores and bytes of one photograph at one width, in the order of `_TRIED`."""

    photo: int
    series: Series


def main(folder: Path | None) -> None:
    with TemporaryDirectory() as scratch:
        measured = list(_measured(folder, Path(scratch)))
    current = {name: {ours: to_encoder(ours, name) for ours in SCORES} for name in FORMATS}
    _compare("the current table", current, measured)
    for name, numbers in fitted(measured).items():
        print(f'    "{name}": ({", ".join(map(str, numbers.items()))}),')
    some = [each for each in measured if each.photo % 2]
    others = [each for each in measured if not each.photo % 2]
    if some:
        _compare("fitted to every other photograph, on the rest", fitted(some), others)


def _measured(folder: Path | None, scratch: Path) -> Iterator[Measured]:
    """Each photograph at each width up to its own, resized as the main reference is."""
    for number, photo in enumerate(photographs(folder)):
        pixels = photo.pixels()
        for width in (width for width in WIDTHS if width <= pixels.width):
            picture = scratch / "picture.png"
            resized(pixels, (width, max(1, round(pixels.height * width / pixels.width)))).save(picture)
            yield Measured(number, {kind: [_encoded(picture, kind, at) for at in _TRIED[kind]] for kind in _TRIED})


def _encoded(picture: Path, kind: tuple[str, bool], number: int) -> tuple[float, int]:
    """The score and bytes of ``picture`` at the encoder's quality ``number``."""
    name, fine = kind
    ours = still.FULL_COLOUR_QUALITY if fine else still.FULL_COLOUR_QUALITY - 1
    with Image.open(picture) as pixels:
        options = still.encoder_options(name, ours, pixels.size) | {"quality": number}
        body = still.save(pixels.convert("RGB"), name, options)
    coded = picture.with_suffix(f".{name}")
    coded.write_bytes(body)
    return score(picture, coded), len(body)


def fitted(measured: Sequence[Measured]) -> Table:
    """For each format, the encoder's quality that reaches the score of each of ours on average."""
    table = {}
    for name in FORMATS:
        numbers = [_number(measured, _kind(name, ours), wanted) for ours, wanted in SCORES.items()]
        rising = accumulate(numbers, max)  # also where JPEG changes to 4:4:4
        table[name] = dict(zip(SCORES, rising, strict=True))
    return table


def _kind(name: str, ours: int) -> tuple[str, bool]:
    return name, name == "jpeg" and ours >= still.FULL_COLOUR_QUALITY


def _number(measured: Sequence[Measured], kind: tuple[str, bool], wanted: float) -> int:
    return round(float(np.interp(wanted, np.maximum.accumulate(_scores(measured, kind)), _TRIED[kind])))


def _scores(measured: Sequence[Measured], kind: tuple[str, bool]) -> list[float]:
    """The mean score at each measured quality."""
    return [mean(each.series[kind][at][0] for each in measured) for at in range(len(_TRIED[kind]))]


def _bytes(measured: Sequence[Measured], kind: tuple[str, bool]) -> list[float]:
    """The geometric mean of the bytes at each measured quality."""
    return [geometric_mean([each.series[kind][at][1] for each in measured]) for at in range(len(_TRIED[kind]))]


def _compare(title: str, table: Table, measured: Sequence[Measured]) -> None:
    """Print the scores and kilobytes that ``table`` gives."""
    print(f"\n{title}\n{'our q':>6}{'wanted':>8}" + "".join(f"{name:>8}" for name in FORMATS) + f"{'apart':>8}      kB")
    for ours, wanted in SCORES.items():
        at = {name: (table[name][ours], _TRIED[_kind(name, ours)]) for name in FORMATS}
        got = [float(np.interp(*at[name], _scores(measured, _kind(name, ours)))) for name in FORMATS]
        sizes = [float(np.interp(*at[name], _bytes(measured, _kind(name, ours)))) / 1000 for name in FORMATS]
        scores = "".join(f"{one:>8.1f}" for one in (*got, max(got) - min(got)))
        print(f"{ours:>6}{wanted:>8.1f}{scores}" + "".join(f"{one:>8.1f}" for one in sizes))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
