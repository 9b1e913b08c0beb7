"""Resizing with Lanczos3 over the encoded values, as browsers do: docs/decisions/015-gamma-resizing.md.

With SIMD instructions if possible: docs/decisions/008-resampling.md.
"""

from __future__ import annotations

from math import ceil, floor

from PIL import Image

from edge.image.colour.srgb import Conversion
from edge.image.geometry import Box, Size
from edge.image.pillow_compat.images import crop
from edge.image.strips import map_strips
from edge.image.transform import simd

#: Modes that are resized as they are. RGBA is weighted by alpha, so that invisible colours do not bleed into visible
#: ones.
_DIRECT = frozenset({"L", "RGB", "RGBA", "CMYK"})
_resize_simd = simd.resizer()
#: Pixels of a band that is converted at once, and how many margins high it is at least: pixels in the margins around it
#: are converted twice.
_BAND_PIXELS, _LEAST_BAND = 1 << 22, 8
#: How far Lanczos3 reaches, in pixels of the smaller image.
_LOBES = 3


def resize(image: Image.Image, size: Size, box: Box) -> Image.Image:
    """The part ``box`` of ``image`` (L, LA, RGB, RGBA, CMYK, LAB or YCbCr) at ``size``, in the same mode; YCbCr as RGB.

    Pixels that keep their size are not changed.
    """
    if box != (0, 0, *size) or size != image.size:
        image = lanczos(image, size, box)
    return image.convert("RGB") if image.mode == "YCbCr" else image


def convert_and_resize(image: Image.Image, size: Size, box: Box, convert: Conversion) -> Image.Image:
    """The part ``box`` of ``convert(image)`` at ``size``, made in bands, so that only one of them is converted.

    ``convert`` must treat each pixel the same wherever it lies.
    """
    (left, top, right, bottom), (width, height) = box, size
    scale = (bottom - top) / height
    margin = ceil(_LOBES * max(scale, 1)) + 1
    rows = max(1, floor(max(_BAND_PIXELS / image.width, _LEAST_BAND * margin) / scale))
    mode = convert(crop(image, (0, 0, 1, 1))).mode
    result = Image.new(mode, size)
    for first in range(0, height, rows):
        last = min(first + rows, height)
        start, end = top + first * scale, min(top + last * scale, bottom)
        above, below = max(0, floor(start) - margin), min(image.height, ceil(end) + margin)
        # A band of a wide image may be all of it, so there is no other copy of it, and no name keeps the last band.
        part = (width, last - first), (left, start - above, right, end - above)
        result.paste(lanczos(map_strips(image, mode, convert, above, below), *part), (0, first))
    return result


def lanczos(image: Image.Image, size: Size, box: Box) -> Image.Image:
    """The part ``box`` of ``image`` (any mode with bands of 8 bits) at ``size``, in the same mode.

    The weights are those of `Image.resize`, the results within two values of it.
    """
    if image.mode == "LA":
        return lanczos(image.convert("RGBA"), size, box).convert("LA")
    if image.mode not in _DIRECT:
        return Image.merge(image.mode, [lanczos(band, size, box) for band in image.split()])
    if _resize_simd is None:
        return image.resize(size, Image.Resampling.LANCZOS, box)
    result = Image.new(image.mode, size)
    _resize_simd(image, result, box)
    return result
