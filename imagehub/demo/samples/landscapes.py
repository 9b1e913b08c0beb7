"""Two landscapes: sand dunes, and northern lights over a lake."""

from __future__ import annotations

from math import pi, sin
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageOps

from imagehub.demo.samples.painting import (
    clouds,
    disc,
    glow,
    grain,
    interpolate,
    mask_below,
    noise,
    paint,
    relief,
    ridge_line,
    shift_rows,
    smoothstep,
    vertical_gradient,
)


def dunes() -> Image.Image:
    """Sand dunes at dusk, 2400 × 1600."""
    size = (2400, 1600)
    canvas = vertical_gradient(
        size, [(0, "#243a66"), (0.3, "#6f6f9c"), (0.5, "#e0997f"), (0.62, "#ffd29a"), (1, "#ffd29a")]
    )
    cirrus = smoothstep(clouds((1200, 800), (3, 14), 11, 5).resize(size), 120, 235, 120)
    paint(
        canvas,
        "#ffd9c4",
        ImageChops.multiply(cirrus, vertical_gradient(size, [(0.05, "#ffffff"), (0.55, "#000000")]).convert("L")),
    )
    glow(canvas, (0.27, 0.545), 2600, "#c8643c", 0.8)
    glow(canvas, (0.27, 0.545), 700, "#ffdf9e")
    paint(canvas, "#fff3d6", disc(150, 0.06), (573, 797))
    for index, (base, height, lit, dark) in enumerate(_DUNES):
        _dune(canvas, base, height, lit, dark, 40 + index * 7)
    return grain(canvas, 1, 7)


_DUNES = (
    (0.575, 0.035, "#dd9a7b", "#a97680"),
    (0.62, 0.06, "#dc8c5e", "#85566a"),
    (0.70, 0.09, "#d97f45", "#683f52"),
    (0.82, 0.13, "#c9682f", "#472940"),
    (1.02, 0.20, "#a54c22", "#28172c"),
)


def _dune(canvas: Image.Image, base: float, height: float, lit: str, dark: str, seed: int) -> None:
    chance = Random(seed)  # noqa: S311  # for drawing, not for secrets
    phase, beat = chance.random(), 0.7 + chance.random() * 0.8

    def crest(x: float) -> float:
        swell: float = abs(sin(pi * (x * beat + phase))) ** 1.6
        return base - height * (swell + 0.18 * sin(2 * pi * (x * 2.3 + phase * 3)))

    mask = mask_below(canvas.size, crest)
    side = Image.new("L", (600, 1))
    slopes = [crest((x + 1) / 300 - 0.5) - crest(x / 300 - 0.5) for x in range(600)]
    side.putdata([0 if slope > 0 else 255 for slope in slopes])
    width, depth = canvas.size
    wide = side.resize((width * 2, depth // 2), Image.Resampling.BILINEAR)
    bent = shift_rows(wide, lambda y: 1100 * (y - base / 2) - 90 * sin(y * 9 + phase * 6))
    shade = bent.resize((width * 2, depth)).crop((width // 2, 0, width // 2 + width, depth))
    ripples = shift_rows(noise((width, depth), (28, 420), seed), lambda y: 60 * sin(y * 30))
    light = Image.blend(shade.filter(ImageFilter.BoxBlur(4)), ripples, 0.1)
    sand = ImageOps.colorize(
        Image.blend(light, clouds((width // 4, depth // 4), (5, 4), seed, 3).resize(canvas.size), 0.22), dark, lit
    )
    paint(canvas, sand, mask)


def aurora() -> Image.Image:
    """Northern lights over snowy mountains and a still lake, 1200 × 1200."""
    side, shore = 1200, 850
    canvas = vertical_gradient((side, shore), [(0, "#040816"), (0.6, "#0a2238"), (1, "#1b4a5a")])
    _stars(canvas, 420, 5)
    for seed, top, colour, strength in (
        (3, 0.02, "#2fe0a0", 235),
        (9, 0.2, "#5b7bff", 120),
        (14, -0.12, "#b05cff", 130),
    ):
        _curtain(canvas, seed, top, colour, strength)
    _mountains(canvas, 0.97, 0.30, 21, "#4d7488", "#0f2333")
    _mountains(canvas, 1.04, 0.17, 34, "#122c3d", "#050c14")
    night = Image.new("RGB", (side, side))
    night.paste(canvas)
    water = ImageOps.flip(canvas).filter(ImageFilter.GaussianBlur(2.5)).resize((side + 40, shore))
    water = shift_rows(water, lambda y: 7 * sin(y * 260) * (0.3 + y), strip=3).crop((20, 0, side + 20, side - shore))
    night.paste(Image.blend(water, Image.new("RGB", water.size, "#04101c"), 0.28), (0, shore))
    return grain(night, 2, 5)


def _stars(canvas: Image.Image, count: int, seed: int) -> None:
    chance = Random(seed)  # noqa: S311  # for drawing, not for secrets
    draw = ImageDraw.Draw(canvas)
    for _ in range(count):
        x, y, bright = chance.random() * canvas.width, chance.random() * canvas.height, chance.random() ** 3
        level = round(90 + 165 * bright)
        draw.ellipse((x, y, x + bright * 2.4, y + bright * 2.4), fill=(level, level, min(255, level + 20)))


def _curtain(canvas: Image.Image, seed: int, top: float, colour: str, strength: int) -> None:
    """Rays that rise from a winding lower edge and fade upwards: drawn straight, then bent into the curve."""
    width, height = canvas.size
    rays = noise((height, width), (1, 150), seed).filter(ImageFilter.BoxBlur(2))
    folds = noise((height, width), (1, 9), seed + 1)
    fade = vertical_gradient(
        (width, height), [(0, "#000000"), (0.35, "#303030"), (0.62, "#ffffff"), (0.67, "#000000"), (1, "#000000")]
    )
    light = ImageChops.multiply(Image.blend(rays, folds, 0.55), fade.convert("L").rotate(-90, expand=True))
    phase = seed * 1.7
    bent = shift_rows(
        light, lambda y: height * (top + 0.09 * sin(y * 5 + phase) + 0.05 * sin(y * 13 + phase * 2)), strip=4
    )
    mask = smoothstep(bent.rotate(90, expand=True), 20, 235, strength)
    glowing = ImageChops.screen(mask, mask.filter(ImageFilter.GaussianBlur(24)))
    canvas.paste(ImageChops.screen(canvas, ImageOps.colorize(glowing, "black", colour)))


def _mountains(canvas: Image.Image, base: float, height: float, seed: int, snow: str, rock: str) -> None:
    line = ridge_line(base, height, seed)

    slope = relief(canvas.size, (7, 10), seed, (3, -4), 6, 96).filter(ImageFilter.GaussianBlur(0.8))
    crest = mask_below(canvas.size, lambda x: interpolate(line, x))
    paint(canvas, ImageOps.colorize(slope, rock, snow), crest)
