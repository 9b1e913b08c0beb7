"""The graphics that are measured. They are drawn, so that every run has the same pixels, whoever starts it.

Each is as large as what editors upload, about 1600 pixels wide, and is drawn as a program would draw it: text and
shapes have smooth edges, and areas have one colour or a gradient.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from types import MappingProxyType

from PIL import Image, ImageDraw, ImageFont

Colour = tuple[int, ...]
WIDTH, HEIGHT = 1600, 1000
_INK, _GREY, _LINE, _LIGHT, _WHITE = (33, 37, 41), (108, 117, 125), (206, 212, 218), (241, 243, 245), (255, 255, 255)
_HUES = ((34, 139, 230), (250, 82, 82), (64, 192, 87), (253, 126, 20), (121, 80, 242), (21, 170, 191))
_WORDS = [
    "image",
    "variant",
    "original",
    "bucket",
    "cache",
    "browser",
    "editor",
    "preset",
    "recipe",
    "crop",
    "focal",
    "point",
    "width",
    "height",
    "quality",
    "format",
    "version",
    "header",
    "policy",
    "level",
    "pixel",
    "colour",
    "edge",
    "origin",
    "request",
    "reply",
    "signed",
    "ladder",
    "rung",
    "purge",
    "alias",
    "manifest",
]
_CODE = ((198, 120, 221), (97, 175, 239), (152, 195, 121), (229, 192, 123), (224, 108, 117), (171, 178, 191))
#: Shapes without smooth edges of their own are drawn this much larger.
_OVERSAMPLING = 4


def web_page() -> Image.Image:
    """A page with text, links, buttons and cards, as in a screenshot."""
    image, pen = _canvas(_WHITE)
    pen.rectangle((0, 0, WIDTH, 63), _INK)
    _write(pen, (40, 18), "imagehub", 24, _WHITE)
    for number, hue in enumerate(_HUES[:4]):
        _write(pen, (900 + 160 * number, 22), _sentence(2, number), 17, _LINE)
        left = 40 + 385 * number
        pen.rounded_rectangle((left, 620, left + 345, 940), 12, _LIGHT, _LINE)
        pen.ellipse((left + 24, 644, left + 88, 708), hue)
        _paragraph(pen, (left + 24, 730), 5, 4, 16, _GREY, seed=number)
        pen.rounded_rectangle((left + 24, 880, left + 144, 916), 6, hue)
        _write(pen, (left + 48, 887), "Open", 16, _WHITE)
    _write(pen, (40, 110), "Every image at any size", 52, _INK)
    _paragraph(pen, (40, 200), 12, 12, 18, _INK, seed=9)
    return image


def code_editor() -> Image.Image:
    """Coloured words on a dark ground."""
    image, pen = _canvas((40, 44, 52))
    chance = random.Random(3)  # noqa: S311
    for line in range(40):
        _write(pen, (24, 12 + 24 * line), f"{line + 1:3}", 16, (76, 82, 99))
        left = 80.0 + 40 * chance.randint(0, 3)
        for _ in range(chance.randint(0, 9)):
            word = chance.choice(_WORDS)
            _write(pen, (left, 12 + 24 * line), word, 16, chance.choice(_CODE))
            left += _font(16).getlength(word + " ")
    return image


def document() -> Image.Image:
    """Black text on white."""
    image, pen = _canvas(_WHITE)
    _write(pen, (100, 60), "Delivering images from the edge", 40, (0, 0, 0))
    _paragraph(pen, (100, 140), 30, 15, 19, (0, 0, 0), seed=5)
    return image


def diagram() -> Image.Image:
    """Boxes, arrows and labels."""
    image, pen = _canvas(_WHITE)
    for row in range(3):
        for column in range(4):
            left, top = 60 + 390 * column, 80 + 320 * row
            hue = _HUES[(row + column) % len(_HUES)]
            pen.rounded_rectangle((left, top, left + 270, top + 150), 16, _tint(hue), hue, 4)
            _write(pen, (left + 30, top + 30), _WORDS[4 * row + column].title(), 30, _INK)
            _write(pen, (left + 30, top + 85), _sentence(3, 4 * row + column), 18, _GREY)
            if column < 3:
                _arrow(image, (left + 275, top + 75), (left + 385, top + 75))
            if row < 2:
                _arrow(image, (left + 135, top + 155), (left + 135, top + 315))
    return image


def chart() -> Image.Image:
    """Curves and bars over a grid."""
    image, pen = _canvas(_WHITE)
    for step in range(11):
        pen.line((120, 100 + 80 * step, 1540, 100 + 80 * step), _LINE, 1)
        _write(pen, (60, 88 + 80 * step), f"{100 - 10 * step}", 18, _GREY)
    chance = random.Random(4)  # noqa: S311
    for bar in range(14):
        pen.rectangle((140 + 100 * bar, 900 - chance.randint(40, 420), 190 + 100 * bar, 900), _tint(_HUES[0]))
    for number, hue in enumerate(_HUES[1:5]):
        curve = [(120 + x, 500 + (90 + 60 * number) * math.sin(x / (90 + 40 * number) + number)) for x in range(1420)]
        _smooth_line(image, curve, hue, 4)
        pen.rectangle((140 + 220 * number, 40, 164 + 220 * number, 64), hue)
        _write(pen, (174 + 220 * number, 42), _WORDS[number], 20, _INK)
    return image


def line_art() -> Image.Image:
    """Thin black curves on white."""
    image, _ = _canvas(_WHITE)
    for number in range(24):
        turns = 3 + number % 5
        curve = [
            (
                800 + (80 + 28 * number) * math.cos(angle / 100) + 40 * math.cos(turns * angle / 100),
                500 + (50 + 17 * number) * math.sin(angle / 100) + 40 * math.sin(turns * angle / 100),
            )
            for angle in range(630)
        ]
        _smooth_line(image, curve, (0, 0, 0), 2)
    return image


def pixel_art() -> Image.Image:
    """Squares of 20 pixels in sixteen colours."""
    chance = random.Random(6)  # noqa: S311
    colours = [_INK, _GREY, _WHITE, *_HUES, *map(_tint, _HUES)]
    small = Image.new("RGB", (WIDTH // 20, HEIGHT // 20), (24, 20, 37))
    for left in range(0, small.width, 16):
        for top in range(0, small.height, 16):
            chosen = chance.sample(colours, 4)
            for x in range(6):
                for y in range(12):
                    if chance.random() < 0.7:  # each figure is symmetrical
                        colour = chance.choice(chosen)
                        small.putpixel((left + 2 + x, min(top + 2 + y, small.height - 1)), colour)
                        small.putpixel((left + 13 - x, min(top + 2 + y, small.height - 1)), colour)
    return small.resize((WIDTH, HEIGHT), Image.Resampling.NEAREST)


def gradients() -> Image.Image:
    """Controls with gradients, shadows and round corners."""
    image, _ = _canvas(_LIGHT)
    for number, hue in enumerate(_HUES):
        left, top = 60 + 510 * (number % 3), 80 + 460 * (number // 3)
        box = Image.linear_gradient("L").resize((460, 380))
        filled = Image.composite(Image.new("RGB", box.size, hue), Image.new("RGB", box.size, _tint(hue)), box)
        mask = Image.new("L", (460 * _OVERSAMPLING, 380 * _OVERSAMPLING))
        ImageDraw.Draw(mask).rounded_rectangle((0, 0, mask.width - 1, mask.height - 1), 32 * _OVERSAMPLING, 255)
        image.paste(filled, (left, top), mask.reduce(_OVERSAMPLING))
        _write(ImageDraw.Draw(image), (left + 40, top + 40), _WORDS[number].title(), 44, _WHITE)
        _write(ImageDraw.Draw(image), (left + 40, top + 300), _sentence(4, number), 22, _WHITE)
    return image


def icons() -> Image.Image:
    """Flat icons on a transparent ground."""
    image = Image.new("RGBA", (WIDTH * 2, HEIGHT * 2))
    pen = ImageDraw.Draw(image)
    for number in range(40):
        left, top = 400 * (number % 8) + 60, 400 * (number // 8) + 60
        hue, other = _HUES[number % 6], _HUES[(number // 2 + 3) % 6]
        match number % 5:
            case 0:
                pen.ellipse((left, top, left + 280, top + 280), hue)
                pen.line([(left + 70, top + 150), (left + 120, top + 200), (left + 210, top + 90)], _WHITE, 30, "curve")
            case 1:
                pen.rounded_rectangle((left, top + 40, left + 280, top + 240), 30, hue)
                pen.polygon([(left + 20, top + 60), (left + 140, top + 160), (left + 260, top + 60)], other)
            case 2:
                pen.regular_polygon((left + 140, top + 140, 140), 6, number * 7, hue)
                pen.ellipse((left + 90, top + 90, left + 190, top + 190), (0, 0, 0, 0))
            case 3:
                pen.pieslice((left, top, left + 280, top + 280), 30, 300, hue)
                pen.pieslice((left + 20, top, left + 300, top + 280), 300, 390, other)
            case _:
                pen.arc((left, top, left + 280, top + 280), 0, 250, hue, 40)
                pen.rectangle((left + 120, top + 40, left + 160, top + 160), other)
    return image.resize((WIDTH, HEIGHT), Image.Resampling.BOX)


def logo() -> Image.Image:
    """A name and a sign, transparent around them."""
    image = Image.new("RGBA", (WIDTH, 500))
    pen = ImageDraw.Draw(image)
    pen.regular_polygon((260, 250, 200), 6, 15, (*_HUES[0], 255))
    pen.regular_polygon((260, 250, 120), 6, 45, (*_HUES[5], 255))
    pen.ellipse((200, 190, 320, 310), (255, 255, 255, 255))
    _write(pen, (520, 120), "imagehub", 220, (*_INK, 255))
    return image


#: The graphics by name.
DRAWINGS: Mapping[str, Callable[[], Image.Image]] = MappingProxyType(
    {
        "web page": web_page,
        "code editor": code_editor,
        "document": document,
        "diagram": diagram,
        "chart": chart,
        "line art": line_art,
        "pixel art": pixel_art,
        "gradients": gradients,
        "icons": icons,
        "logo": logo,
    }
)


def _canvas(ground: Colour) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    image = Image.new("RGB", (WIDTH, HEIGHT), ground)
    return image, ImageDraw.Draw(image)


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    """The font that Pillow carries, so that it is the same everywhere."""
    font = ImageFont.load_default(size)
    assert isinstance(font, ImageFont.FreeTypeFont)
    return font


def _write(pen: ImageDraw.ImageDraw, at: tuple[float, float], text: str, size: int, colour: Colour) -> None:
    pen.text(at, text, colour, _font(size))


def _sentence(words: int, seed: int) -> str:
    return " ".join(random.Random(seed).choices(_WORDS, k=words)).capitalize()  # noqa: S311


def _paragraph(
    pen: ImageDraw.ImageDraw, at: tuple[int, int], lines: int, words: int, size: int, colour: Colour, *, seed: int
) -> None:
    for line in range(lines):
        _write(pen, (at[0], at[1] + 1.5 * size * line), _sentence(words, 100 * seed + line), size, colour)


def _tint(hue: Colour) -> Colour:
    """A light shade of ``hue``."""
    return tuple(round(255 - (255 - value) * 0.25) for value in hue)


def _arrow(image: Image.Image, start: tuple[int, int], end: tuple[int, int]) -> None:
    _smooth_line(image, [start, end], _GREY, 3)
    across = (end[1] - start[1]) / math.dist(start, end), (start[0] - end[0]) / math.dist(start, end)
    back = end[0] + 18 * across[1], end[1] - 18 * across[0]
    head = [(back[0] + 9 * across[0], back[1] + 9 * across[1]), end, (back[0] - 9 * across[0], back[1] - 9 * across[1])]
    _smooth_line(image, head, _GREY, 3)


def _smooth_line(image: Image.Image, points: Sequence[tuple[float, float]], colour: Colour, width: int) -> None:
    """A line with smooth edges, which `ImageDraw` does not draw."""
    left, top = (math.floor(min(point[axis] for point in points)) - 8 for axis in (0, 1))
    right, bottom = (math.ceil(max(point[axis] for point in points)) + 8 for axis in (0, 1))
    mask = Image.new("L", ((right - left) * _OVERSAMPLING, (bottom - top) * _OVERSAMPLING))
    scaled = [((x - left) * _OVERSAMPLING, (y - top) * _OVERSAMPLING) for x, y in points]
    ImageDraw.Draw(mask).line(scaled, 255, width * _OVERSAMPLING, "curve")
    image.paste(colour, (left, top), mask.reduce(_OVERSAMPLING))
