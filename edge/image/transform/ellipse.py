"""The mask of an ellipse, with smooth edges."""

from __future__ import annotations

from collections.abc import Iterator
from math import floor, sqrt

from PIL import Image

from edge.image.geometry import Size

#: Lines measured in each row of pixels. Along a line the coverage is exact.
_LINES = 16


def ellipse_mask(size: Size, centre: tuple[float, float], radii: tuple[float, float]) -> Image.Image:
    """How much of each pixel lies in the ellipse, from 0 to 255: an image (L) of ``size``."""
    rows = bytearray()
    for row in range(size[1]):
        rows += _row(size[0], list(_spans(row, size[0], centre, radii)))
    return Image.frombytes("L", size, bytes(rows))


def _spans(
    row: int, width: int, centre: tuple[float, float], radii: tuple[float, float]
) -> Iterator[tuple[float, float]]:
    """Where the lines of a row enter and leave the ellipse, within ``width``."""
    (x, y), (rx, ry) = centre, radii
    for line in range(_LINES):
        height = (row + (line + 0.5) / _LINES - y) / ry if ry > 0 else 2.0
        if abs(height) >= 1:
            continue
        reach = rx * sqrt(1 - height * height)
        start, end = max(x - reach, 0.0), min(x + reach, float(width))
        if start < end:
            yield start, end


def _row(width: int, spans: list[tuple[float, float]]) -> bytes:
    """The coverage of a row's pixels. Only pixels at an end of a span are looked at; others are like their left one."""
    changes: dict[int, float] = {0: 0.0, width: 0.0}
    for span in spans:
        for place, sign in zip(span, (1, -1), strict=True):
            pixel = floor(place)
            part = place - pixel
            changes[pixel] = changes.get(pixel, 0.0) + sign * (1 - part)
            changes[pixel + 1] = changes.get(pixel + 1, 0.0) + sign * part
    covered, row = 0.0, bytearray()
    places = sorted(place for place in changes if place <= width)
    for place, following in zip(places, [*places[1:], width], strict=True):
        covered += changes[place]
        row += bytes((round(255 * min(max(covered / _LINES, 0.0), 1.0)),)) * (following - place)
    return bytes(row)
