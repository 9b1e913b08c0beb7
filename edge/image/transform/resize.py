"""Resizing: Lanczos, in linear light where that is affordable, and of many pixels their averages.

Light adds up, the numbers that stand for it do not: averaged as they are, fine bright detail comes out too dark.
http://www.ericbrasseur.org/gamma.html
"""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from math import ceil, floor

from PIL import Image, ImageChops

from edge.image import geometry, pillow_compat
from edge.image.colour import transfer
from edge.image.geometry import Box, Size
from edge.image.transform import convolve
from edge.image.transform.convolve import Filter

#: Pixels up to which linear light, at ten nanoseconds each, is worth its time; in more of them each counts for less.
_LINEAR_PIXELS = 1_600_000


def resize(image: Image.Image, size: Size, box: Box, *, is_light: bool = True) -> Image.Image:
    """The part ``box`` of ``image`` (L, LA, RGB, RGBA, CMYK, LAB or YCbCr), as big as ``size``; YCbCr comes as RGB.

    ``is_light`` says that the numbers stand for light roughly as sRGB's do. What is transparent is weighed by how much
    of it shows.
    """
    if box == (0, 0, *size) and size == image.size:
        return _usable(image)
    if is_light and (averaged := _averaged(image.mode, size, box)):
        return _linear(*_reduced(image, averaged, box), size)
    return _usable(convolve.resize(image, size, box))


def _averaged(mode: str, size: Size, box: Box) -> Size | None:
    """How many pixels, across and down, become one before a resize in linear light; None where there is to be none."""
    smaller = size[0] < box[2] - box[0] or size[1] < box[3] - box[1]
    if mode not in ("L", "RGB", "YCbCr") or not smaller:
        return None
    pixels = (box[2] - box[0]) * (box[3] - box[1])
    return next((by for by in geometry.reductions(box, size) if pixels / (by[0] * by[1]) <= _LINEAR_PIXELS), None)


def _reduced(image: Image.Image, by: Size, box: Box) -> tuple[Image.Image, Box]:
    """The average of each ``by`` pixels of what ``box`` needs, and the box in that."""
    if by == (1, 1):
        return image, box
    across, down = by
    left, top = floor(box[0] / across) * across, floor(box[1] / down) * down
    right, bottom = min(ceil(box[2] / across) * across, image.width), min(ceil(box[3] / down) * down, image.height)
    reduced = image.reduce(by, (left, top, right, bottom))
    return reduced, tuple((side - start) / step for side, start, step in zip(box, (left, top) * 2, by * 2, strict=True))  # type: ignore[return-value]


def _usable(image: Image.Image) -> Image.Image:
    """In a mode that the rest of the engine knows."""
    return image.convert("RGB") if image.mode == "YCbCr" else image


def _linear(image: Image.Image, box: Box, size: Size) -> Image.Image:
    """Brightness alone in linear light: it is what the eye resolves, and a third of the work."""
    if image.mode == "L":
        return _linear_band(image, size, box)
    if image.mode == "YCbCr":
        luma, *chroma = image.split()
        colours = [convolve.resize(band, size, box, Filter.BICUBIC) for band in chroma]
        return Image.merge("YCbCr", [_linear_band(luma, size, box), *colours]).convert("RGB")
    dark = convolve.resize(image, size, box, Filter.BICUBIC)
    missing = ImageChops.subtract(_linear_band(image.convert("L"), size, box), dark.convert("L"), 1, 128)
    return ImageChops.add(dark, Image.merge("RGB", [missing] * 3), 1, -128)


def _linear_band(band: Image.Image, size: Size, box: Box) -> Image.Image:
    light = convolve.resize(pillow_compat.map_to_float(band, _to_light()), size, box).convert("I")
    return pillow_compat.map_from_int(light, _from_light())


@cache
def _to_light() -> list[float]:
    """Light, in 65,535 parts, for each value of a channel."""
    return [65535 * transfer.srgb(value / 255) for value in range(256)]


@cache
def _from_light() -> tuple[int, ...]:
    """The inverse of `_to_light`, to the nearest value, of light whose fraction has been cut off."""
    ends = [0, *(ceil(65535 * transfer.srgb((value + 0.5) / 255)) for value in range(255)), 65536]
    return tuple(value for value, (start, end) in enumerate(pairwise(ends)) for _ in range(start, end))
