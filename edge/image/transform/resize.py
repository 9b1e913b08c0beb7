"""Resizing: Lanczos, in linear light where its time is affordable, after averaging where there are many pixels.

Light is additive, the encoded values are not: averaged as they are, fine bright detail becomes too dark.
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

#: Pixels up to which linear light, at ten nanoseconds each, is worth its time. In larger images it shows less.
_LINEAR_PIXELS = 1_600_000
#: Light in a linear band is from 0 to this.
_WHITE = 65535


def resize(image: Image.Image, size: Size, box: Box, *, is_light: bool = True) -> Image.Image:
    """The part ``box`` of ``image`` (L, LA, RGB, RGBA, CMYK, LAB or YCbCr) at ``size``, in the same mode; YCbCr as RGB.

    ``is_light`` says that the values stand for light roughly as sRGB's do. Colours are weighted by alpha.
    """
    if box == (0, 0, *size) and size == image.size:
        return _without_ycbcr(image)
    if is_light and (by := _reduction(image.mode, size, box)):
        return _resize_linear(*_reduce(image, by, box), size)
    return _without_ycbcr(convolve.resize(image, size, box))


def _reduction(mode: str, size: Size, box: Box) -> Size | None:
    """How many pixels across and down to average before resizing in linear light; None if it is not worth its time."""
    smaller = size[0] < box[2] - box[0] or size[1] < box[3] - box[1]
    if mode not in ("L", "RGB", "YCbCr") or not smaller:
        return None
    pixels = (box[2] - box[0]) * (box[3] - box[1])
    return next((by for by in geometry.reductions(box, size) if pixels / (by[0] * by[1]) <= _LINEAR_PIXELS), None)


def _reduce(image: Image.Image, by: Size, box: Box) -> tuple[Image.Image, Box]:
    """The averages of each ``by`` pixels around ``box``, and where the box lies in them."""
    if by == (1, 1):
        return image, box
    across, down = by
    left, top = floor(box[0] / across) * across, floor(box[1] / down) * down
    right, bottom = min(ceil(box[2] / across) * across, image.width), min(ceil(box[3] / down) * down, image.height)
    reduced = image.reduce(by, (left, top, right, bottom))
    return reduced, tuple((side - start) / step for side, start, step in zip(box, (left, top) * 2, by * 2, strict=True))  # type: ignore[return-value]


def _without_ycbcr(image: Image.Image) -> Image.Image:
    return image.convert("RGB") if image.mode == "YCbCr" else image


def _resize_linear(image: Image.Image, box: Box, size: Size) -> Image.Image:
    """Only the brightness is resized in linear light: the eye resolves little else, and it is a third of the work."""
    if image.mode == "L":
        return _resize_linear_band(image, size, box)
    if image.mode == "YCbCr":
        luma, *chroma = image.split()
        colours = [convolve.resize(band, size, box, Filter.BICUBIC) for band in chroma]
        return Image.merge("YCbCr", [_resize_linear_band(luma, size, box), *colours]).convert("RGB")
    encoded = convolve.resize(image, size, box, Filter.BICUBIC)
    missing = ImageChops.subtract(_resize_linear_band(image.convert("L"), size, box), encoded.convert("L"), 1, 128)
    return ImageChops.add(encoded, Image.merge("RGB", [missing] * 3), 1, -128)


def _resize_linear_band(band: Image.Image, size: Size, box: Box) -> Image.Image:
    light = convolve.resize(pillow_compat.map_to_float(band, _light_of_values()), size, box)
    return pillow_compat.map_from_int(light.convert("I"), _values_of_light())


@cache
def _light_of_values() -> list[float]:
    """The light for each of the 256 values of a band."""
    return [_WHITE * transfer.srgb(value / 255) for value in range(256)]


@cache
def _values_of_light() -> tuple[int, ...]:
    """The nearest value for each whole number of light: the inverse of `_light_of_values`, fractions cut off."""
    ends = [0, *(ceil(_WHITE * transfer.srgb((value + 0.5) / 255)) for value in range(255)), _WHITE + 1]
    return tuple(value for value, (start, end) in enumerate(pairwise(ends)) for _ in range(start, end))
