"""Things: fruit on nothing at all, and a planet that its moon goes round."""

from __future__ import annotations

from math import asin, cos, pi, sin

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageOps

from imagehub.demo.samples.painting import clouds, disc, levels, noise, paint


def fruit() -> Image.Image:
    """An orange, a lime and two cherries with their shadows; all else is transparent."""
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
    """A sphere: light from the upper left, a dark limb, skin with pores, two highlights."""
    far = disc(size * 2).crop((round(size * 0.62), round(size * 0.66), round(size * 1.62), round(size * 1.66)))
    skin = noise((size, size), (pores, pores), seed)
    bumps = ImageChops.subtract(skin, ImageChops.offset(skin, 2, 2), 5, 128)
    light = ImageChops.add(far, bumps, 1, -128)
    limb = disc(size, 0.75)
    shaded = ImageOps.colorize(ImageChops.multiply(light, levels(limb, -90, 200)), *_ends(colours), mid=colours[1])
    spot = disc(size // 2)
    highlight = levels(spot, 60, 330, 210)
    paint(shaded, "#fff8ea", highlight, (round(size * 0.12), round(size * 0.10)))
    glint = disc(size // 7, 0.8).point(lambda value: value * 0.85)
    paint(shaded, "#ffffff", glint, (round(size * 0.27), round(size * 0.22)))
    canvas.paste(shaded, at, _round(size))


def _ends(colours: tuple[str, str, str]) -> tuple[str, str]:
    return colours[0], colours[2]


def _round(size: int) -> Image.Image:
    mask = Image.new("L", (size * 2, size * 2))
    ImageDraw.Draw(mask).ellipse((4, 4, size * 2 - 5, size * 2 - 5), fill=255)
    return mask.reduce(2)


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


FRAMES = 32


def orbit() -> list[Image.Image]:
    """A banded planet turns once while its moon goes round."""
    side, radius = 480, 132
    bands = ImageOps.colorize(_bands(radius), "#5b2f1d", "#f7e3bd", mid="#c98a4b")
    stars = _sky(side)
    return [_frame(stars, bands, radius, step / FRAMES) for step in range(FRAMES)]


def _sky(side: int) -> Image.Image:
    haze = ImageOps.colorize(clouds((side, side), (3, 3), 401, 4), "#05060f", "#1b1a3a")
    stars = levels(noise((side, side), (150, 150), 405), 250, 256)
    paint(haze, "#e8ecff", stars)
    return haze


def _bands(radius: int) -> Image.Image:
    """The planet's skin, twice round, so that any turn of it is a crop."""
    width, height = radius * 4, radius * 2
    belts = noise((width, height), (1, 15), 411)
    storms = clouds((width, height), (5, 16), 415, 4)
    storms = Image.blend(storms, ImageOps.mirror(storms), 0.5)  # the same at both ends, so that it closes
    once = ImageOps.autocontrast(Image.blend(belts, storms, 0.38))
    twice = Image.new("L", (width * 2, height))
    twice.paste(once)
    twice.paste(once, (width, 0))
    return twice


def _frame(stars: Image.Image, bands: Image.Image, radius: int, turn: float) -> Image.Image:
    frame = stars.copy()
    angle = 2 * pi * turn
    moon = (240 + 196 * cos(angle), 240 + 58 * sin(angle))
    size = round(40 + 9 * sin(angle))
    behind = sin(angle) < 0
    if behind:
        _moon(frame, moon, size)
    _planet(frame, bands, radius, turn)
    if not behind:
        _moon(frame, moon, size)
    return frame


def _planet(frame: Image.Image, bands: Image.Image, radius: int, turn: float) -> None:
    start = round(turn * radius * 4)
    skin = bands.crop((start, 0, start + radius * 2, radius * 2))
    skin = skin.transform(skin.size, Image.Transform.MESH, _bulge(radius), Image.Resampling.BILINEAR)
    light = disc(radius * 4).crop(
        (round(radius * 1.35), round(radius * 1.3), round(radius * 3.35), round(radius * 3.3))
    )
    lit = ImageChops.multiply(skin, Image.merge("RGB", [levels(light, 40, 230)] * 3))
    frame.paste(lit, (240 - radius, 240 - radius), _round(radius * 2))


def _bulge(radius: int) -> list[tuple[tuple[int, int, int, int], tuple[float, ...]]]:
    """Columns that crowd towards the limb, as on a globe."""
    width = radius * 2
    mesh: list[tuple[tuple[int, int, int, int], tuple[float, ...]]] = []
    for left in range(0, width, 6):
        right = min(left + 6, width)
        a, b = (radius + asin(max(-1, min(1, x / radius - 1))) * 2 / pi * radius for x in (left, right))
        mesh.append(((left, 0, right, width), (a, 0, a, width, b, width, b, 0)))
    return mesh


def _moon(frame: Image.Image, centre: tuple[float, float], size: int) -> None:
    grey = ImageOps.colorize(noise((size, size), (7, 7), 421), "#77767c", "#d9d6cf")
    light = disc(size * 2).crop((size * 2 // 3, size * 2 // 3, size * 2 // 3 + size, size * 2 // 3 + size))
    lit = ImageChops.multiply(grey, Image.merge("RGB", [levels(light, 30, 220)] * 3))
    frame.paste(lit, (round(centre[0] - size / 2), round(centre[1] - size / 2)), _round(size))
