"""Pillow's pixels through a filter, with the processor's vector instructions, which Pillow's own resize does without.

The weights are those of Pillow's, the results within two codes, the time a fifth to a tenth:
docs/decisions/008-resampling.md.
"""

from __future__ import annotations

from enum import Enum
from math import nextafter

from cykooz_resizer import CropBox, FilterType, ResizeAlg, ResizeOptions, Resizer
from PIL import Image

from edge.image.geometry import Box, Size


class Filter(Enum):
    """Three lobes either side, or two: sharper, or cheaper by a third."""

    LANCZOS = ResizeAlg.convolution(FilterType.lanczos3)
    BICUBIC = ResizeAlg.convolution(FilterType.catmull_rom)


#: Taken as they are. RGBA is weighed by its alpha, so that no colour of what is unseen bleeds into the rest.
_DIRECT = frozenset({"L", "RGB", "RGBA", "CMYK", "F"})
_resizer = Resizer()


def resize(image: Image.Image, size: Size, box: Box, by: Filter = Filter.LANCZOS) -> Image.Image:
    """The part ``box`` of ``image`` (any mode of Pillow's whose bands are of 8 bits, or F), as big as ``size``."""
    if image.mode == "LA":
        return resize(image.convert("RGBA"), size, box, by).convert("LA")
    if image.mode not in _DIRECT:
        return Image.merge(image.mode, [resize(band, size, box, by) for band in image.split()])
    result = Image.new(image.mode, size)
    _resizer.resize_pil(image, result, ResizeOptions(by.value, crop_box=_crop(box, image.size)))
    return result


def _crop(box: Box, size: Size) -> CropBox:
    """``box`` by its sides' lengths, none of which, added up again, may pass the picture's edge by a rounding."""
    (left, width), (top, height) = (_side(box[axis], box[axis + 2], size[axis]) for axis in (0, 1))
    return CropBox(left, top, width, height)


def _side(start: float, end: float, most: int) -> tuple[float, float]:
    length = min(end, most) - start
    while start + length > most:
        length = nextafter(length, 0)
    return start, length
