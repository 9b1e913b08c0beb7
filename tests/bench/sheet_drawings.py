"""Drawings on which the way of resizing shows: text, thin coloured lines and line art."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import cos, pi, sin
from types import MappingProxyType

from PIL import Image, ImageDraw, ImageFont

_SIZE = (600, 340)
_COLOURS = ("#d00000", "#00a000", "#0000d0", "#c08000", "#008090", "#a000a0")
_TEXT = (
    "The quick brown fox jumps over the lazy dog.",
    "Sphinx of black quartz, judge my vow: 0123456789.",
    "Averaged as encoded, or in linear light?",
)


def _text(ink: str, paper: str) -> Image.Image:
    image = Image.new("RGB", _SIZE, paper)
    draw = ImageDraw.Draw(image)
    top = 8
    for side in (22, 26, 30, 36):
        for line in _TEXT[: 2 if side < 30 else 1]:
            draw.text((12, top), line, ink, ImageFont.load_default(side))
            top += round(side * 1.35)
    return image


def _thin_lines() -> Image.Image:
    """Lines of one pixel: a fan in six colours on white, then colours and black in turn."""
    image = Image.new("RGB", _SIZE, "white")
    draw = ImageDraw.Draw(image)
    for number in range(36):
        angle = number * pi / 70
        draw.line((0, 0, 700 * cos(angle), 700 * sin(angle)), _COLOURS[number % len(_COLOURS)])
    for column, colour in enumerate(("#ff0000", "#00ff00", "#0000ff")):
        left = 210 + 50 * column
        draw.rectangle((left, 20, left + 40, 130), "black")
        for x in range(left, left + 40, 2):
            draw.line((x, 20, x, 130), colour)
    return image


def _line_art() -> Image.Image:
    """Circles, hatching and a checkerboard of one pixel."""
    image = Image.new("RGB", _SIZE, "white")
    draw = ImageDraw.Draw(image)
    for radius in range(6, 96, 5):
        draw.ellipse((100 - radius, 100 - radius, 100 + radius, 100 + radius), outline="black")
    for offset in range(0, 200, 4):
        draw.line((210 + offset, 20, 210, 20 + offset), "black")
    for y in range(20, 180):
        for x in range(260 + (y % 2), 350, 2):
            image.putpixel((x, y), (0, 0, 0))
    return image


DRAWINGS: Mapping[str, Callable[[], Image.Image]] = MappingProxyType(
    {
        "black on white": lambda: _text("black", "white"),
        "white on black": lambda: _text("white", "black"),
        "thin coloured lines": _thin_lines,
        "line art": _line_art,
    }
)
