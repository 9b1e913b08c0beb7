"""What drawings are made of: text, tints, arrows and lines with smooth edges, the same on every machine."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from functools import cache

from PIL import Image, ImageDraw, ImageFont

Colour = tuple[int, ...]
WIDTH, HEIGHT = 1600, 1000
INK, GREY, LINE, LIGHT, WHITE = (33, 37, 41), (108, 117, 125), (206, 212, 218), (241, 243, 245), (255, 255, 255)
HUES = ((34, 139, 230), (250, 82, 82), (64, 192, 87), (253, 126, 20), (121, 80, 242), (21, 170, 191))
WORDS = (
    *("image", "variant", "original", "bucket", "cache", "browser", "editor", "preset"),
    *("recipe", "crop", "focal", "point", "width", "height", "quality", "format"),
    *("version", "header", "policy", "level", "pixel", "colour", "edge", "origin"),
    *("request", "reply", "signed", "ladder", "rung", "purge", "alias", "manifest"),
)
#: Shapes without smooth edges of their own are drawn this much larger.
OVERSAMPLING = 4


def canvas(ground: Colour) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    image = Image.new("RGB", (WIDTH, HEIGHT), ground)
    return image, ImageDraw.Draw(image)


@cache
def font(size: int) -> ImageFont.FreeTypeFont:
    """The font that Pillow carries, so that it is the same everywhere."""
    font = ImageFont.load_default(size)
    assert isinstance(font, ImageFont.FreeTypeFont)
    return font


def write(pen: ImageDraw.ImageDraw, at: tuple[float, float], text: str, size: int, colour: Colour) -> None:
    pen.text(at, text, colour, font(size))


def sentence(words: int, seed: int) -> str:
    return " ".join(random.Random(seed).choices(WORDS, k=words)).capitalize()  # noqa: S311


def paragraph(
    pen: ImageDraw.ImageDraw, at: tuple[int, int], lines: int, words: int, size: int, colour: Colour, *, seed: int
) -> None:
    for line in range(lines):
        write(pen, (at[0], at[1] + 1.5 * size * line), sentence(words, 100 * seed + line), size, colour)


def tint(hue: Colour) -> Colour:
    """A light shade of ``hue``."""
    return tuple(round(255 - (255 - value) * 0.25) for value in hue)


def arrow(image: Image.Image, start: tuple[int, int], end: tuple[int, int]) -> None:
    smooth_line(image, [start, end], GREY, 3)
    across = (end[1] - start[1]) / math.dist(start, end), (start[0] - end[0]) / math.dist(start, end)
    back = end[0] + 18 * across[1], end[1] - 18 * across[0]
    head = [(back[0] + 9 * across[0], back[1] + 9 * across[1]), end, (back[0] - 9 * across[0], back[1] - 9 * across[1])]
    smooth_line(image, head, GREY, 3)


def smooth_line(image: Image.Image, points: Sequence[tuple[float, float]], colour: Colour, width: int) -> None:
    """A line with smooth edges, which `ImageDraw` does not draw."""
    left, top = (math.floor(min(point[axis] for point in points)) - 8 for axis in (0, 1))
    right, bottom = (math.ceil(max(point[axis] for point in points)) + 8 for axis in (0, 1))
    mask = Image.new("L", ((right - left) * OVERSAMPLING, (bottom - top) * OVERSAMPLING))
    scaled = [((x - left) * OVERSAMPLING, (y - top) * OVERSAMPLING) for x, y in points]
    ImageDraw.Draw(mask).line(scaled, 255, width * OVERSAMPLING, "curve")
    image.paste(colour, (left, top), mask.reduce(OVERSAMPLING))
