"""Colours: every way in which files store them, to 8-bit sRGB with or without transparency."""

from __future__ import annotations

from PIL import Image

from edge.image.colour import bit_depth, srgb

_AS_IT_IS = frozenset({"L", "RGB", "LA", "CMYK", "LAB"})


def working(image: Image.Image) -> Image.Image:
    """``image`` in a mode that can be resized: L, LA, RGB, RGBA or, until they become sRGB, CMYK and LAB."""
    image = bit_depth.to_8_bit(image)
    if image.mode == "La":
        image = image.convert("LA")
    if image.has_transparency_data:
        return _without_idle_alpha(image if image.mode in ("LA", "RGBA") else image.convert("RGBA"))
    if image.mode in _AS_IT_IS:
        return image
    return image.convert("L" if image.mode == "1" else "RGB")


def _without_idle_alpha(image: Image.Image) -> Image.Image:
    return image if is_transparent(image) else image.convert(image.mode[:-1])


def is_transparent(image: Image.Image) -> bool:
    """Whether any pixel lets something through."""
    return image.mode.endswith("A") and image.getchannel("A").getextrema()[0] != 255


def to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """``image`` (L, LA, RGB, RGBA, CMYK, LAB) in sRGB: L, LA, RGB or RGBA. A profile that is broken or of another
    colour space is as none."""
    convert = srgb.conversion(profile or b"", image.mode)
    if convert is not None:
        return convert(image)
    # The inks of an unknown press, as browsers show them: each takes away its share of the light.
    return image.convert("RGB") if image.mode == "CMYK" else image


def rgba(bg: str) -> tuple[int, int, int, int]:
    """A recipe's colour, ``rrggbb`` or ``rrggbbaa``."""
    red, green, blue, alpha = bytes.fromhex(bg.ljust(8, "f"))
    return red, green, blue, alpha


def mode_on(image: Image.Image, bg: str) -> str:
    """The mode that holds both ``image`` and the ground round it."""
    return "RGBA" if image.mode.endswith("A") or rgba(bg)[3] < 255 else "RGB"


def flatten(image: Image.Image, bg: str) -> Image.Image:
    """``image`` on an opaque ground."""
    if not image.mode.endswith("A"):
        return image
    ground = Image.new("RGB", image.size, rgba(bg)[:3])
    ground.paste(image.convert("RGB"), mask=image.getchannel("A"))
    return ground


def pad(image: Image.Image, canvas: tuple[int, int], offset: tuple[int, int], bg: str) -> Image.Image:
    """``image`` on a canvas of ``bg``, which may be transparent itself."""
    if canvas == image.size:
        return image
    mode = mode_on(image, bg)
    ground = Image.new(mode, canvas, rgba(bg)[: len(mode)])
    ground.paste(image.convert(mode), offset)
    return ground
