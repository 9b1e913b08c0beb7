"""A portrait: a person above misty mountains."""

from __future__ import annotations

from math import sin

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageOps

from imagehub.demo.samples.painting import (
    clouds,
    glow,
    grain,
    interpolate,
    mask_below,
    paint,
    relief,
    ridge_line,
    smoothstep,
    vertical_gradient,
)


def wanderer() -> Image.Image:
    """A person on a rock, seen from behind, above misty mountains, 1600 × 2400."""
    size = (1600, 2400)
    canvas = vertical_gradient(size, [(0, "#8fb3cf"), (0.3, "#cfdbe0"), (0.5, "#f6e3cf"), (1, "#f3dcc6")])
    high = smoothstep(clouds((800, 1200), (3, 9), 61, 5).resize(size), 110, 240, 150)
    paint(
        canvas,
        "#ffffff",
        ImageChops.multiply(high, vertical_gradient(size, [(0.05, "#ffffff"), (0.5, "#000000")]).convert("L")),
    )
    glow(canvas, (0.68, 0.36), 1700, "#ffcf9a", 0.75)
    for index, (base, height, colour) in enumerate(_RANGES):
        line = ridge_line(base, height, 70 + index, 0.5)
        _range(canvas, line, colour, 80 + index)
    _rock(canvas)
    _figure(canvas, 800, 1890)
    return grain(canvas, 3, 7)


_RANGES = ((0.50, 0.13, "#a3b4c0"), (0.58, 0.15, "#7f95a5"), (0.68, 0.16, "#5c7587"), (0.80, 0.15, "#3c5566"))


def _range(canvas: Image.Image, line: list[float], colour: str, seed: int) -> None:
    """A mountain range with mist at its foot."""
    paint(canvas, colour, mask_below(canvas.size, lambda x: interpolate(line, x)))
    low = max(line)
    fog = vertical_gradient(canvas.size, [(low - 0.13, "#000000"), (low + 0.04, "#ffffff"), (1, "#ffffff")]).convert(
        "L"
    )
    drift = clouds((400, 600), (4, 16), seed, 4).resize(canvas.size)
    paint(canvas, "#f4e6d8", ImageChops.multiply(fog, smoothstep(drift, -40, 190, 235)))


def _rock(canvas: Image.Image) -> None:
    def crest(x: float) -> float:
        dome: float = abs(x - 0.5) ** 1.7
        return 0.785 + 0.9 * dome + 0.006 * sin(x * 37) + 0.004 * sin(x * 91)

    stone = relief(canvas.size, (9, 12), 91, (-4, 4), 8, 70)
    paint(canvas, ImageOps.colorize(stone, "#0d1418", "#5d5a55"), mask_below(canvas.size, crest))


def _figure(canvas: Image.Image, x: int, feet: int) -> None:
    """A person about 480 pixels tall: boots, trousers, red coat, scarf, hair."""
    mask = Image.new("L", (1200, 1500))
    layers = (
        ("#14181d", [[(520, 900), (505, 1400), (575, 1400), (600, 960), (640, 1400), (710, 1400), (690, 900)]]),
        (
            "#8f2323",
            [[(480, 470), (560, 420), (650, 420), (730, 470), (760, 760), (740, 1010), (480, 1015), (450, 760)]],
        ),
        (
            "#7a1c1f",
            [
                [(480, 480), (425, 760), (440, 930), (490, 930), (500, 760), (520, 560)],
                [(730, 480), (785, 760), (772, 930), (722, 930), (710, 760), (692, 560)],
            ],
        ),
        (
            "#e0b25a",
            [
                [(535, 405), (675, 405), (690, 465), (610, 485), (525, 465)],
                [(650, 440), (760, 430), (880, 470), (990, 440), (985, 490), (880, 530), (760, 490), (660, 490)],
            ],
        ),
    )
    for colour, shapes in layers:
        mask.paste(0, (0, 0, *mask.size))
        for shape in shapes:
            ImageDraw.Draw(mask).polygon(shape, fill=255)
        _stamp(canvas, mask, colour, x, feet)
    mask.paste(0, (0, 0, *mask.size))
    ImageDraw.Draw(mask).ellipse((538, 255, 672, 425), fill=255)
    _stamp(canvas, mask, "#2b1d16", x, feet)


def _stamp(canvas: Image.Image, mask: Image.Image, colour: str, x: int, feet: int) -> None:
    small = mask.filter(ImageFilter.GaussianBlur(7)).point(lambda v: max(0, min(255, (v - 96) * 4))).reduce(2)
    at = (x - 303, feet - 700)
    shade = vertical_gradient(small.size, [(0, "#ffffff"), (1, "#777777")])
    side = Image.linear_gradient("L").rotate(90).resize(small.size).convert("RGB")
    paint(
        canvas,
        ImageChops.multiply(
            ImageChops.multiply(Image.new("RGB", small.size, colour), shade),
            ImageChops.add(side, Image.new("RGB", side.size, "#707070")),
        ),
        small,
        at,
    )
