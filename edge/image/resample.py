"""Resizing: whole neighbourhoods averaged first where there are many, then Lanczos, in linear light.

Light adds up, the numbers that stand for it do not: averaged as they are, fine bright detail comes out too dark.
http://www.ericbrasseur.org/gamma.html
"""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from math import ceil, floor

from PIL import Image
from PIL.Image import Resampling

from edge.image import curves, geometry
from edge.image.bands import rows_of
from edge.image.geometry import Box, Size

#: Pixels up to which linear light is worth its time; in more of them each counts for less.
_LINEAR_PIXELS = 1_000_000
_PREMULTIPLIED = {"RGBA": "RGBa", "LA": "La"}


def resize(image: Image.Image, size: Size, box: Box, *, is_light: bool = True) -> Image.Image:
    """The part ``box`` of ``image`` (L, LA, RGB, RGBA, CMYK, LAB or YCbCr), as big as ``size``; YCbCr comes as RGB.

    ``is_light`` says that the numbers stand for light roughly as sRGB's do. What is transparent is weighed by how much
    of it shows, so no colour of what is unseen bleeds into the rest.
    """
    if box == (0, 0, *size) and size == image.size:
        return _usable(image)
    across, down = geometry.reduction(box, size)
    if (across, down) != (1, 1):
        image, box = _reduced(image, across, down, box)
    if is_light and _is_linear(image.mode, size, box):
        return _linear(image, size, box)
    return _usable(_premultiplied(image).resize(size, _filters(size, box)[0], box))


def is_affordable(box: Box, shrunk: int = 1) -> bool:
    """Whether so much of a picture, shrunk already, is resized in linear light."""
    return (box[2] - box[0]) * (box[3] - box[1]) / shrunk**2 <= _LINEAR_PIXELS


def _filters(size: Size, box: Box) -> tuple[Resampling, Resampling]:
    """The filters for brightness and, since it blurs unseen, for colour: the sharpest where they have little to do."""
    scale = max((box[2] - box[0]) / size[0], (box[3] - box[1]) / size[1])
    if scale < _WIDE or size[0] * size[1] <= _SMALL:
        return Resampling.LANCZOS, Resampling.BICUBIC
    return Resampling.BICUBIC, Resampling.BILINEAR


#: Where the source has so many times more pixels, a filter of fewer lobes has as many pixels to weigh.
_WIDE = 1.6
_SMALL = 150_000


def _is_linear(mode: str, size: Size, box: Box) -> bool:
    smaller = size[0] < box[2] - box[0] or size[1] < box[3] - box[1]
    return mode in ("L", "RGB", "YCbCr") and smaller and is_affordable(box)


def _reduced(image: Image.Image, across: int, down: int, box: Box) -> tuple[Image.Image, Box]:
    """The average of each ``across`` by ``down`` pixels of what ``box`` needs, and the box in that."""
    left, top = floor(box[0] / across) * across, floor(box[1] / down) * down
    right, bottom = min(ceil(box[2] / across) * across, image.width), min(ceil(box[3] / down) * down, image.height)
    rows = rows_of(right - left, down)
    bands = [
        _premultiplied(image.crop((left, start, right, min(start + rows, bottom)))).reduce((across, down))
        for start in range(top, bottom, rows)
    ]
    result = Image.new(bands[0].mode, (bands[0].width, ceil((bottom - top) / down)))
    for number, band in enumerate(bands):
        result.paste(band, (0, number * rows // down))
    return result, tuple(
        (side - start) / by for side, start, by in zip(box, (left, top) * 2, (across, down) * 2, strict=True)
    )  # type: ignore[return-value]


def _premultiplied(image: Image.Image) -> Image.Image:
    mode = _PREMULTIPLIED.get(image.mode)
    return image.convert(mode) if mode else image


def _usable(image: Image.Image) -> Image.Image:
    """In a mode that the rest of the engine knows."""
    mode = {"RGBa": "RGBA", "La": "LA", "YCbCr": "RGB"}.get(image.mode)
    return image.convert(mode) if mode else image


def _linear(image: Image.Image, size: Size, box: Box) -> Image.Image:
    """Brightness alone in linear light: it is what the eye resolves, and a third of the work."""
    sharp, soft = _filters(size, box)
    if image.mode == "L":
        return _linear_band(image, size, sharp, box)
    luma, *chroma = (image if image.mode == "YCbCr" else image.convert("YCbCr")).split()
    bands = [_linear_band(luma, size, sharp, box), *(band.resize(size, soft, box) for band in chroma)]
    return Image.merge("YCbCr", bands).convert("RGB")


def _linear_band(band: Image.Image, size: Size, resampling: Resampling, box: Box) -> Image.Image:
    light = band.point(_to_light(), "I").resize(size, resampling, box)
    # Image.point would take 5 ms to look at each entry of a table this long.
    return light._new(light.im.point(_from_light(), "L"))


@cache
def _to_light() -> list[int]:
    """Light, in 65,535 parts, for each value of a channel."""
    return [round(65535 * curves.srgb(value / 255)) for value in range(256)]


@cache
def _from_light() -> bytes:
    """The inverse of `_to_light`, to the nearest value."""
    ends = [0, *(ceil(65535 * curves.srgb((value + 0.5) / 255)) for value in range(255)), 65536]
    return b"".join(bytes([value]) * (end - start) for value, (start, end) in enumerate(pairwise(ends)))
