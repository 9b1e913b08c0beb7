"""A still life: fruit on a transparent background."""

from __future__ import annotations

from math import pi, sin

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageOps

from imagehub.demo.samples.painting import clouds, disc, noise, paint, round_mask, smoothstep


def fruit() -> Image.Image:
    """An orange, a lime and two cherries with their shadows on transparency, 1400 × 1050."""
    canvas = Image.new("RGBA", (1400, 1050))
    for centre, width in (((560, 900), 760), ((985, 905), 420), ((1130, 930), 250), ((240, 925), 250)):
        _shadow(canvas, centre, width)
    _ball(canvas, (255, 180), 720, ("#7a2c02", "#f08a12", "#ffc35a"), 110, 301)
    _leaf(canvas, (610, 190))
    _ball(canvas, (800, 510), 390, ("#183d06", "#6fae1c", "#c8e66a"), 60, 311)
    for at, stem in (((125, 690), 80), ((1040, 720), -60)):
        _stem(canvas, (at[0] + 115, at[1] + 30), stem)
        _ball(canvas, at, 230, ("#2b0207", "#b00d22", "#f0505a"), 9, 321 + at[0])
    return canvas


def _ball(
    canvas: Image.Image, at: tuple[int, int], size: int, colours: tuple[str, str, str], pores: int, seed: int
) -> None:
    """A sphere lit from the upper left, with a dark edge, a skin with pores and two highlights."""
    far = disc(size * 2).crop((round(size * 0.62), round(size * 0.66), round(size * 1.62), round(size * 1.66)))
    skin = noise((size, size), (pores, pores), seed)
    bumps = ImageChops.subtract(skin, ImageChops.offset(skin, 2, 2), 5, 128)
    light = ImageChops.add(far, bumps, 1, -128)
    limb = disc(size, 0.75)
    dark, mid, bright = colours
    shaded = ImageOps.colorize(ImageChops.multiply(light, smoothstep(limb, -90, 200)), dark, bright, mid=mid)
    spot = disc(size // 2)
    highlight = smoothstep(spot, 60, 330, 210)
    paint(shaded, "#fff8ea", highlight, (round(size * 0.12), round(size * 0.10)))
    glint = disc(size // 7, 0.8).point(lambda value: value * 0.85)
    paint(shaded, "#ffffff", glint, (round(size * 0.27), round(size * 0.22)))
    canvas.paste(shaded, at, round_mask(size))


def _shadow(canvas: Image.Image, centre: tuple[int, int], width: int) -> None:
    height = width // 4
    soft = disc(width).resize((width, height)).point(lambda value: value * 0.55)
    layer = Image.new("RGBA", canvas.size, "#1a1008")
    alpha = Image.new("L", canvas.size)
    alpha.paste(soft, (centre[0] - width // 2, centre[1] - height // 2))
    layer.putalpha(alpha)
    canvas.alpha_composite(layer)


def _leaf(canvas: Image.Image, base: tuple[int, int]) -> None:
    mask = Image.new("L", (840, 480))
    upper = [(840 * t, 310 - 230 * sin(pi * t) ** 1.2 * (1 - 0.25 * t) - 120 * t) for t in (i / 40 for i in range(41))]
    lower = [(840 * t, 310 + 70 * sin(pi * t) - 120 * t) for t in (i / 40 for i in range(40, -1, -1))]
    draw = ImageDraw.Draw(mask)
    draw.polygon(upper + lower, fill=255)
    veins = Image.new("L", (840, 480), 128)
    pen = ImageDraw.Draw(veins)
    pen.line([(840 * t, 300 - 100 * sin(pi * t) - 120 * t) for t in (i / 40 for i in range(41))], fill=215, width=7)
    for i in range(1, 9):
        x = 90 * i
        y = 300 - 100 * sin(pi * x / 840) - 120 * x / 840
        pen.line([(x, y), (x + 90, y - 110)], fill=170, width=3)
        pen.line([(x, y), (x + 90, y + 70)], fill=165, width=3)
    tone = Image.blend(veins, clouds((840, 480), (6, 4), 331, 4), 0.35).filter(ImageFilter.GaussianBlur(1.5))
    green = ImageOps.colorize(tone, "#12330a", "#a9d65c", mid="#3d7a1f")
    canvas.paste(green.reduce(2), (base[0] - 10, base[1] - 150), mask.reduce(2))
    pen = ImageDraw.Draw(canvas)
    pen.line([(base[0] + 2, base[1] - 4), (base[0] - 6, base[1] + 22)], fill="#4a3514", width=14)


def _stem(canvas: Image.Image, base: tuple[int, int], lean: int) -> None:
    layer = Image.new("RGBA", (canvas.width * 2, canvas.height * 2))
    curve = [(2 * (base[0] + lean * t * t), 2 * (base[1] - 250 * t)) for t in (i / 30 for i in range(31))]
    ImageDraw.Draw(layer).line(curve, fill="#5a6b1e", width=16, joint="curve")
    ImageDraw.Draw(layer).line([(x - 3, y) for x, y in curve], fill="#93a548", width=5, joint="curve")
    canvas.alpha_composite(layer.reduce(2))
