"""Resizing with a convolution filter, with SIMD instructions if possible: docs/decisions/008-resampling.md."""

from __future__ import annotations

from enum import Enum

from PIL import Image

from edge.image.geometry import Box, Size
from edge.image.transform import simd


class Filter(Enum):
    """Three lobes on either side, or two: sharper, or cheaper by a third."""

    LANCZOS = Image.Resampling.LANCZOS
    BICUBIC = Image.Resampling.BICUBIC


#: Modes that are resized as they are. RGBA is weighted by alpha, so that invisible colours do not bleed into visible
#: ones.
_DIRECT = frozenset({"L", "RGB", "RGBA", "CMYK", "F"})
_resize_simd = simd.resizer()


def resize(image: Image.Image, size: Size, box: Box, by: Filter = Filter.LANCZOS) -> Image.Image:
    """The part ``box`` of ``image`` (any mode with bands of 8 bits, or F) at ``size``, in the same mode.

    The weights are those of `Image.resize`, the results within two values of it.
    """
    if image.mode == "LA":
        return resize(image.convert("RGBA"), size, box, by).convert("LA")
    if image.mode not in _DIRECT:
        return Image.merge(image.mode, [resize(band, size, box, by) for band in image.split()])
    if _resize_simd is None:
        return image.resize(size, by.value, box)
    result = Image.new(image.mode, size)
    _resize_simd(image, result, box, by.value)
    return result
