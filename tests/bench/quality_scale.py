"""Fits `edge.image.encode.still`'s quality scale: ``python -m tests.bench.quality_scale [FOLDER]``.

Prints how far apart the formats are on the current scale, and the best table: for each format, the encoder's quality at
which photographs of 300, 600, 1200 and 1600 pixels reach, on average, the score that our quality stands for. Takes some
minutes of one core for each photograph.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from itertools import accumulate
from pathlib import Path
from statistics import mean
from tempfile import TemporaryDirectory

import numpy as np
from PIL import Image

from edge.image.encode import still
from edge.image.encode.quality import to_encoder
from tests.bench.photographs import photographs
from tests.bench.reference import resized
from tests.bench.score import score

FORMATS = ("jpeg", "webp", "avif")
WIDTHS = (300, 600, 1200, 1600)
#: Our qualities and the SSIMULACRA2 score that each stands for: 30 is low, 50 medium, 70 good, 90 visually identical.
SCORES = {25: 50.0, 40: 59.0, 50: 65.0, 60: 69.4, 75: 76.0, 85: 82.0, 90: 85.0}
#: The encoders' own qualities that are measured.
_TRIED = (12, 20, 28, 36, 44, 52, 60, 68, 76, 84, 92, 97)


def main(folder: Path | None) -> None:
    with TemporaryDirectory() as scratch:
        pictures = _pictures(folder, Path(scratch))
        curves = {(name, fine): _curve(name, fine, pictures) for name in FORMATS for fine in (False, name == "jpeg")}
    _compare(curves)
    for name in FORMATS:
        numbers = [_number(curves[name, _is_fine(name, ours)], wanted) for ours, wanted in SCORES.items()]
        points = zip(SCORES, accumulate(numbers, max), strict=True)  # monotonic, also where JPEG changes to 4:4:4
        print(f'    "{name}": ({", ".join(map(str, points))}),')


def _pictures(folder: Path | None, scratch: Path) -> list[Path]:
    """Each photograph at each width up to its own, resized as the main reference is, as a PNG."""
    made = []
    for number, photo in enumerate(photographs(folder)):
        pixels = photo.pixels()
        for width in (width for width in WIDTHS if width <= pixels.width):
            made.append(scratch / f"{number}-{width}.png")
            height = max(1, round(pixels.height * width / pixels.width))
            resized(pixels, (width, height)).save(made[-1], compress_level=1)
    return made


def _curve(name: str, fine: bool, pictures: Sequence[Path]) -> list[float]:
    """The mean score at each measured quality."""
    return [mean(_scored(picture, name, fine, number) for picture in pictures) for number in _TRIED]


def _scored(picture: Path, name: str, fine: bool, number: int) -> float:
    with Image.open(picture) as pixels:
        options = still.encoder_options(
            name, still.FULL_COLOUR_QUALITY if fine else still.FULL_COLOUR_QUALITY - 1, pixels.size
        ) | {"quality": number}
        body = still.save(pixels.convert("RGB"), name, options)
    coded = picture.with_suffix(f".{name}")
    coded.write_bytes(body)
    return score(picture, coded)


def _is_fine(name: str, ours: int) -> bool:
    return name == "jpeg" and ours >= still.FULL_COLOUR_QUALITY


def _number(curve: Sequence[float], wanted: float) -> int:
    """The encoder's quality that reaches ``wanted`` on average."""
    return round(float(np.interp(wanted, np.maximum.accumulate(curve), _TRIED)))


def _compare(curves: Mapping[tuple[str, bool], Sequence[float]]) -> None:
    print(
        f"{'our q':>6}{'wanted':>8}" + "".join(f"{name:>8}" for name in FORMATS) + f"{'apart':>8}   (the current table)"
    )
    for ours, wanted in SCORES.items():
        got = [float(np.interp(to_encoder(ours, name), _TRIED, curves[name, _is_fine(name, ours)])) for name in FORMATS]
        print(f"{ours:>6}{wanted:>8.1f}" + "".join(f"{one:>8.1f}" for one in got) + f"{max(got) - min(got):>8.1f}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
