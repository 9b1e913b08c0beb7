"""ThumbHash: a blurred placeholder of an image in 25 bytes, with its transparency and its shape.

A cosine transform of few coefficients, 4 bits each. https://evanw.github.io/thumbhash/ has decoders for browsers and
apps. docs/decisions/029-placeholder.md says why not BlurHash.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from math import cos, floor, pi

from PIL import Image

#: The most pixels on a side: more cost time and change nothing that is seen.
MAX_SIDE = 32
#: The most characters of a hash in base64.
MAX_LENGTH = 36
#: The steps across the longer side: of the lightness, opaque and transparent, of each colour difference, of alpha.
_OPAQUE, _TRANSPARENT, _COLOUR, _ALPHA = 7, 5, 3, 5
#: What follows is the noise of the additions, which depends on their order and on the machine.
_DIGITS = 9

Pixel = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class _Channel:
    """Its average, the rest of its coefficients from 0 to 1, and what they were divided by."""

    average: float
    waves: tuple[float, ...]
    scale: float


def thumb_hash(image: Image.Image) -> str:
    """The hash of an ``image`` in sRGB of at most `MAX_SIDE` pixels a side, in base64."""
    width, height = image.size
    if max(width, height) > MAX_SIDE:
        raise ValueError(f"{width} × {height} pixels are more than {MAX_SIDE} a side")
    return b64encode(_hash(image.size, list(_pixels(image)))).decode("ascii")


def _pixels(image: Image.Image) -> Iterator[Pixel]:
    """From 0 to 1, alpha last."""
    raw = image.convert("RGBA").tobytes()
    for red, green, blue, alpha in zip(*(raw[band::4] for band in range(4)), strict=True):
        yield red / 255, green / 255, blue / 255, alpha / 255


def _hash(size: tuple[int, int], pixels: Sequence[Pixel]) -> bytes:
    width, height = size
    transparent = any(alpha < 1 for *_, alpha in pixels)
    most = _TRANSPARENT if transparent else _OPAQUE
    across, down = (max(1, _round(most * side / max(size))) for side in size)
    lightness, blue, red, alphas = _planes(pixels)
    light = _encode(lightness, size, max(3, across), max(3, down))
    colours = [_encode(plane, size, _COLOUR, _COLOUR) for plane in (blue, red)]
    alpha = [_encode(alphas, size, _ALPHA, _ALPHA)] if transparent else []
    return bytes(
        [
            *_start(light, *colours, transparent=transparent),
            *_shape(down if width > height else across, *colours, wide=width > height),
            *(_round(15 * each.average) | _round(15 * each.scale) << 4 for each in alpha),
            *_nibbles(wave for channel in (light, *colours, *alpha) for wave in channel.waves),
        ]
    )


def _planes(pixels: Sequence[Pixel]) -> tuple[list[float], list[float], list[float], list[float]]:
    """Lightness, yellow against blue, red against green, and alpha. The average colour shows through transparency."""
    total = sum(alpha for *_, alpha in pixels)
    mean = [sum(pixel[band] * pixel[3] for pixel in pixels) / total if total else 0.0 for band in range(3)]
    planes: tuple[list[float], list[float], list[float], list[float]] = ([], [], [], [])
    for *colour, alpha in pixels:
        red, green, blue = (mean[band] * (1 - alpha) + colour[band] * alpha for band in range(3))
        values = (red + green + blue) / 3, (red + green) / 2 - blue, red - green, alpha
        for plane, value in zip(planes, values, strict=True):
            plane.append(value)
    return planes


def _encode(plane: Sequence[float], size: tuple[int, int], across: int, down: int) -> _Channel:
    """The coefficients of a triangle of ``across`` × ``down``: the finest in both directions are left out."""
    width, height = size
    columns, rows = _waves(width, across), _waves(height, down)
    found = []
    for y in range(down):
        # Rows first, so that the sums are as many as the sides and not as the pixels.
        line = [sum(plane[x + width * row] * rows[y][row] for row in range(height)) for x in range(width)]
        for x in range(across):
            if x * down < across * (down - y):
                found.append(sum(map(float.__mul__, line, columns[x])) / (width * height))
    average, *waves = found
    scale = round(max(map(abs, waves)), _DIGITS)
    return _Channel(average, tuple(0.5 + 0.5 * wave / scale if scale else 0.0 for wave in waves), scale)


def _waves(side: int, count: int) -> list[list[float]]:
    return [[cos(pi / side * number * (place + 0.5)) for place in range(side)] for number in range(count)]


def _start(light: _Channel, blue: _Channel, red: _Channel, *, transparent: bool) -> bytes:
    bits = _round(63 * light.average)
    bits |= _round(31.5 + 31.5 * blue.average) << 6
    bits |= _round(31.5 + 31.5 * red.average) << 12
    return (bits | _round(31 * light.scale) << 18 | transparent << 23).to_bytes(3, "little")


def _shape(steps: int, blue: _Channel, red: _Channel, *, wide: bool) -> bytes:
    bits = steps | _round(63 * blue.scale) << 3
    return (bits | _round(63 * red.scale) << 9 | wide << 15).to_bytes(2, "little")


def _nibbles(waves: Iterable[float]) -> Iterator[int]:
    values = [_round(15 * wave) for wave in waves]
    for low, high in zip_longest(values[::2], values[1::2], fillvalue=0):
        yield low | high << 4


def _round(value: float) -> int:
    """As JavaScript rounds, in which the format's reference is written. Symmetric images have many values at a half."""
    return floor(round(value, _DIGITS) + 0.5)
