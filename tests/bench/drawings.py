"""The graphics that are measured, drawn so that every run has the same pixels.

Each is as large as what editors upload, about 1600 pixels wide, and is drawn as a program would draw it: text and
shapes have smooth edges, and areas have one colour or a gradient.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping
from types import MappingProxyType

from PIL import Image, ImageDraw

from tests.bench.drawing_tools import (
    GREY,
    HEIGHT,
    HUES,
    INK,
    LIGHT,
    LINE,
    OVERSAMPLING,
    WHITE,
    WIDTH,
    WORDS,
    arrow,
    canvas,
    font,
    paragraph,
    sentence,
    smooth_line,
    tint,
    write,
)

_CODE = ((198, 120, 221), (97, 175, 239), (152, 195, 121), (229, 192, 123), (224, 108, 117), (171, 178, 191))


def web_page() -> Image.Image:
    """A page with text, links, buttons and cards, as in a screenshot."""
    image, pen = canvas(WHITE)
    pen.rectangle((0, 0, WIDTH, 63), INK)
    write(pen, (40, 18), "imagehub", 24, WHITE)
    for number, hue in enumerate(HUES[:4]):
        write(pen, (900 + 160 * number, 22), sentence(2, number), 17, LINE)
        left = 40 + 385 * number
        pen.rounded_rectangle((left, 620, left + 345, 940), 12, LIGHT, LINE)
        pen.ellipse((left + 24, 644, left + 88, 708), hue)
        paragraph(pen, (left + 24, 730), 5, 4, 16, GREY, seed=number)
        pen.rounded_rectangle((left + 24, 880, left + 144, 916), 6, hue)
        write(pen, (left + 48, 887), "Open", 16, WHITE)
    write(pen, (40, 110), "Every image at any size", 52, INK)
    paragraph(pen, (40, 200), 12, 12, 18, INK, seed=9)
    return image


def code_editor() -> Image.Image:
    """Coloured words on a dark ground."""
    image, pen = canvas((40, 44, 52))
    chance = random.Random(3)  # noqa: S311
    for line in range(40):
        write(pen, (24, 12 + 24 * line), f"{line + 1:3}", 16, (76, 82, 99))
        left = 80.0 + 40 * chance.randint(0, 3)
        for _ in range(chance.randint(0, 9)):
            word = chance.choice(WORDS)
            write(pen, (left, 12 + 24 * line), word, 16, chance.choice(_CODE))
            left += font(16).getlength(word + " ")
    return image


def document() -> Image.Image:
    """Black text on white."""
    image, pen = canvas(WHITE)
    write(pen, (100, 60), "Delivering images from the edge", 40, (0, 0, 0))
    paragraph(pen, (100, 140), 30, 15, 19, (0, 0, 0), seed=5)
    return image


def diagram() -> Image.Image:
    """Boxes, arrows and labels."""
    image, pen = canvas(WHITE)
    for row in range(3):
        for column in range(4):
            left, top = 60 + 390 * column, 80 + 320 * row
            hue = HUES[(row + column) % len(HUES)]
            pen.rounded_rectangle((left, top, left + 270, top + 150), 16, tint(hue), hue, 4)
            write(pen, (left + 30, top + 30), WORDS[4 * row + column].title(), 30, INK)
            write(pen, (left + 30, top + 85), sentence(3, 4 * row + column), 18, GREY)
            if column < 3:
                arrow(image, (left + 275, top + 75), (left + 385, top + 75))
            if row < 2:
                arrow(image, (left + 135, top + 155), (left + 135, top + 315))
    return image


def chart() -> Image.Image:
    """Curves and bars over a grid."""
    image, pen = canvas(WHITE)
    for step in range(11):
        pen.line((120, 100 + 80 * step, 1540, 100 + 80 * step), LINE, 1)
        write(pen, (60, 88 + 80 * step), f"{100 - 10 * step}", 18, GREY)
    chance = random.Random(4)  # noqa: S311
    for bar in range(14):
        pen.rectangle((140 + 100 * bar, 900 - chance.randint(40, 420), 190 + 100 * bar, 900), tint(HUES[0]))
    for number, hue in enumerate(HUES[1:5]):
        curve = [(120 + x, 500 + (90 + 60 * number) * math.sin(x / (90 + 40 * number) + number)) for x in range(1420)]
        smooth_line(image, curve, hue, 4)
        pen.rectangle((140 + 220 * number, 40, 164 + 220 * number, 64), hue)
        write(pen, (174 + 220 * number, 42), WORDS[number], 20, INK)
    return image


def line_art() -> Image.Image:
    """Thin black curves on white."""
    image, _ = canvas(WHITE)
    for number in range(24):
        turns = 3 + number % 5
        curve = [
            (
                800 + (80 + 28 * number) * math.cos(angle / 100) + 40 * math.cos(turns * angle / 100),
                500 + (50 + 17 * number) * math.sin(angle / 100) + 40 * math.sin(turns * angle / 100),
            )
            for angle in range(630)
        ]
        smooth_line(image, curve, (0, 0, 0), 2)
    return image


def pixel_art() -> Image.Image:
    """Squares of 20 pixels in sixteen colours."""
    chance = random.Random(6)  # noqa: S311
    colours = [INK, GREY, WHITE, *HUES, *map(tint, HUES)]
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
    image, _ = canvas(LIGHT)
    for number, hue in enumerate(HUES):
        left, top = 60 + 510 * (number % 3), 80 + 460 * (number // 3)
        box = Image.linear_gradient("L").resize((460, 380))
        filled = Image.composite(Image.new("RGB", box.size, hue), Image.new("RGB", box.size, tint(hue)), box)
        mask = Image.new("L", (460 * OVERSAMPLING, 380 * OVERSAMPLING))
        ImageDraw.Draw(mask).rounded_rectangle((0, 0, mask.width - 1, mask.height - 1), 32 * OVERSAMPLING, 255)
        image.paste(filled, (left, top), mask.reduce(OVERSAMPLING))
        write(ImageDraw.Draw(image), (left + 40, top + 40), WORDS[number].title(), 44, WHITE)
        write(ImageDraw.Draw(image), (left + 40, top + 300), sentence(4, number), 22, WHITE)
    return image


def icons() -> Image.Image:
    """Flat icons on a transparent ground."""
    image = Image.new("RGBA", (WIDTH * 2, HEIGHT * 2))
    pen = ImageDraw.Draw(image)
    for number in range(40):
        left, top = 400 * (number % 8) + 60, 400 * (number // 8) + 60
        hue, other = HUES[number % 6], HUES[(number // 2 + 3) % 6]
        match number % 5:
            case 0:
                pen.ellipse((left, top, left + 280, top + 280), hue)
                pen.line([(left + 70, top + 150), (left + 120, top + 200), (left + 210, top + 90)], WHITE, 30, "curve")
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
    pen.regular_polygon((260, 250, 200), 6, 15, (*HUES[0], 255))
    pen.regular_polygon((260, 250, 120), 6, 45, (*HUES[5], 255))
    pen.ellipse((200, 190, 320, 310), (255, 255, 255, 255))
    write(pen, (520, 120), "imagehub", 220, (*INK, 255))
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
