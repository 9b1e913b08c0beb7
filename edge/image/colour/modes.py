"""The modes in which the engine resizes pixels, and how an image of any mode gets there."""

from __future__ import annotations

from PIL import Image

from edge.image.colour import bit_depth

_UNCHANGED = frozenset({"L", "RGB", "LA", "CMYK", "LAB"})


def to_working_mode(image: Image.Image) -> Image.Image:
    """``image`` in a mode that can be resized: L, LA, RGB or RGBA; CMYK and LAB stay so until they become sRGB.

    An alpha channel that is opaque everywhere is dropped.
    """
    image = bit_depth.to_8_bit(image)
    if image.mode == "La":
        image = image.convert("LA")
    if image.has_transparency_data:
        return _without_opaque_alpha(image if image.mode in ("LA", "RGBA") else image.convert("RGBA"))
    if image.mode in _UNCHANGED:
        return image
    return image.convert("L" if image.mode == "1" else "RGB")


def is_transparent(image: Image.Image) -> bool:
    """Whether any pixel of ``image`` is less than opaque."""
    return image.mode.endswith("A") and image.getchannel("A").getextrema()[0] != 255


def _without_opaque_alpha(image: Image.Image) -> Image.Image:
    return image if is_transparent(image) else image.convert(image.mode[:-1])
