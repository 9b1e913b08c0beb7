"""An animation: a planet and its moon."""

from __future__ import annotations

from math import asin, cos, pi, sin

from PIL import Image, ImageChops, ImageOps

from imagehub.demo.samples.painting import clouds, disc, noise, paint, round_mask, smoothstep

FRAMES = 32


def orbit() -> list[Image.Image]:
    """The frames of one rotation of a banded planet and one orbit of its moon, 480 × 480."""
    side, radius = 480, 132
    bands = ImageOps.colorize(_bands(radius), "#5b2f1d", "#f7e3bd", mid="#c98a4b")
    stars = _sky(side)
    return [_frame(stars, bands, radius, step / FRAMES) for step in range(FRAMES)]


def _sky(side: int) -> Image.Image:
    haze = ImageOps.colorize(clouds((side, side), (3, 3), 401, 4), "#05060f", "#1b1a3a")
    stars = smoothstep(noise((side, side), (150, 150), 405), 250, 256)
    paint(haze, "#e8ecff", stars)
    return haze


def _bands(radius: int) -> Image.Image:
    """The planet's surface, repeated once, so that every rotation of it is a crop."""
    width, height = radius * 4, radius * 2
    belts = noise((width, height), (1, 15), 411)
    storms = clouds((width, height), (5, 16), 415, 4)
    storms = Image.blend(storms, ImageOps.mirror(storms), 0.5)  # both ends match, so the seam is invisible
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
    lit = ImageChops.multiply(skin, Image.merge("RGB", [smoothstep(light, 40, 230)] * 3))
    frame.paste(lit, (240 - radius, 240 - radius), round_mask(radius * 2))


def _bulge(radius: int) -> list[tuple[tuple[int, int, int, int], tuple[float, ...]]]:
    """A mesh whose columns get narrower towards the edge, as on a globe."""
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
    lit = ImageChops.multiply(grey, Image.merge("RGB", [smoothstep(light, 30, 220)] * 3))
    frame.paste(lit, (round(centre[0] - size / 2), round(centre[1] - size / 2)), round_mask(size))
