"""Resizing with Lanczos3 over the encoded values, as browsers do: docs/decisions/015-gamma-resizing.md.

With SIMD instructions if possible: docs/decisions/008-resampling.md.
"""

from __future__ import annotations

from PIL import Image

from edge.image.geometry import Box, Size
from edge.image.transform import simd

#: Modes that are resized as they are. RGBA is weighted by alpha, so that invisible colours do not bleed into visible
#: ones.
_DIRECT = frozenset({"L", "RGB", "RGBA", "CMYK"})
_resize_simd = simd.resizer()


def resize(image: Image.Image, size: Size, box: Box) -> Image.Image:
    """The part ``box`` of ``image`` (L, LA, RGB, RGBA, CMYK, LAB or YCbCr) at ``size``, in the same mode; YCbCr as RGB.

    Pixels that keep their size are not changed.
    """
    if box != (0, 0, *size) or size != image.size:
        image = lanczos(image, size, box)
    return image.convert("RGB") if image.mode == "YCbCr" else image


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
