"""A seascape: a wide panorama of the coast."""

from __future__ import annotations

from PIL import Image, ImageChops, ImageFilter, ImageOps

from imagehub.demo.samples.painting import (
    clouds,
    disc,
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

_SIZE = (3600, 1200)
_HORIZON = 640


def panorama() -> Image.Image:
    """A calm sea in the morning, with headlands and the sun reflected in the water, 3600 × 1200."""
    canvas = vertical_gradient(_SIZE, [(0, "#6ea3cf"), (0.3, "#b9d3e2"), (0.53, "#ffe6c4"), (1, "#ffe6c4")])
    drift = smoothstep(clouds((1200, 400), (8, 9), 102, 5).resize(_SIZE), 125, 230, 210)
    sky = vertical_gradient(_SIZE, [(0.02, "#ffffff"), (0.5, "#202020")]).convert("L")
    paint(canvas, "#fff6ee", ImageChops.multiply(drift, sky))
    glow(canvas, (0.64, 0.46), 2600, "#ff9f5a", 0.65)
    glow(canvas, (0.64, 0.46), 620, "#fff0c8")
    paint(canvas, "#fffbe8", disc(104, 0.08), (2252, 500))
    _sea(canvas)
    for base, height, seed, colour, side in _HEADLANDS:
        _headland(canvas, base, height, seed, colour, side)
    return grain(canvas, 4, 6)


_HEADLANDS = (
    (0.535, 0.10, 121, "#8fa3b3", 0.62),
    (0.545, 0.19, 133, "#5f7688", 0.40),
    (0.58, 0.34, 147, "#2f4450", 0.22),
)


def _sea(canvas: Image.Image) -> None:
    width, depth = canvas.width, canvas.height - _HORIZON
    water = vertical_gradient((width, depth), [(0, "#e9cfae"), (0.06, "#9fb8bd"), (0.35, "#3f7f92"), (1, "#0d3a50")])
    waves = _in_perspective((width, depth))
    swell = smoothstep(waves, -160, 400)
    water = ImageChops.overlay(water, Image.merge("RGB", [swell] * 3))
    path = smoothstep(ImageChops.multiply(waves, _path((width, depth))), 95, 150)
    paint(water, "#fff1cd", path)
    canvas.paste(water, (0, _HORIZON))


def _in_perspective(size: tuple[int, int]) -> Image.Image:
    """Waves, fine at the horizon and long in the foreground: bands of noise, each coarser than the one above."""
    width, depth = size
    result = Image.new("L", size)
    top, thick, seed = 0, 6, 200
    while top < depth:
        band = clouds((width, thick * 3), (max(6, width // (thick * 5)), 6), seed, 4)
        fade = Image.linear_gradient("L").resize((width, thick))
        mask = Image.new("L", band.size, 255)
        mask.paste(fade)
        result.paste(band, (0, top - thick), mask)
        top, thick, seed = top + thick, round(thick * 1.35) + 1, seed + 1
    return result


def _path(size: tuple[int, int]) -> Image.Image:
    """The sun's reflection: a strip below it that widens towards the viewer."""
    strip = Image.new("L", (256, 1))
    strip.putdata([max(0, 255 - round(abs(x - 128) * 9)) for x in range(256)])
    wide = strip.resize(size)
    width, depth = size
    sun = 0.64 * width
    return wide.transform(
        size,
        Image.Transform.QUAD,
        (
            width / 2 - (sun - 0) * 1.25,
            0,
            width / 2 - sun * 0.5,
            depth,
            width / 2 + (width - sun) * 0.5,
            depth,
            width / 2 + (width - sun) * 1.25,
            0,
        ),
        Image.Resampling.BILINEAR,
    )


def _headland(canvas: Image.Image, base: float, height: float, seed: int, colour: str, side: float) -> None:
    line = ridge_line(0.0, 1.0, seed, 0.5)

    def crest(x: float) -> float:
        return (
            base - height * max(0.0, 1 - x / side) ** 0.7 * (0.55 - 0.45 * interpolate(line, x / side))
            if x < side
            else 1.1
        )

    mask = mask_below(canvas.size, lambda x: min(crest(x), base))
    mask.paste(0, (0, round(base * canvas.height), canvas.width, canvas.height))
    box = mask.getbbox() or (0, 0, *canvas.size)
    mask = mask.crop(box)
    slope = relief(mask.size, (max(4, mask.width // 90), 12), seed, (5, -5), 4, 110)
    dark = ImageOps.colorize(slope, "#0b141a", colour, mid=colour)
    paint(canvas, Image.blend(dark, Image.new("RGB", dark.size, colour), 0.45), mask, box[:2])
    shadow = ImageOps.flip(mask).filter(ImageFilter.BoxBlur(9)).point(lambda value: value * 0.35)
    paint(canvas, "#16313d", shadow, (box[0], round(base * canvas.height)))
