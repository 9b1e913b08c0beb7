"""A picture of four quarters, as every kind of file may hold it, and what is read of them."""

from __future__ import annotations

from tests.edge.image.encoders import COLOURS, HEIGHT, WIDTH, quarter
from tests.edge.image.pictures import decoded, pixel, quarters

SIZE = (WIDTH, HEIGHT)
PICTURE = quarters(SIZE)
UPRIGHT = ["red", "green", "blue", "white"]
PLACES = [(x, y) for y in (0.25, 0.75) for x in (0.25, 0.75)]


def four(body: bytes, mode: str = "RGBA") -> list[tuple[int, ...]]:
    """What is read of the four quarters."""
    image = decoded(body)
    assert image.size == SIZE
    return [pixel(image, *place, mode) for place in PLACES]


def colour(x: int, y: int) -> tuple[int, ...]:
    return COLOURS[quarter(x, y)]


def tone(bits: int, x: int, y: int) -> int:
    """A grey that every depth has, apart from that of one bit."""
    return ((1 << bits) - 1) * (0, 1, 2, 3)[quarter(x, y)] // 3


GREYS = [(level,) * 3 + (255,) for level in (0, 85, 170, 255)]
