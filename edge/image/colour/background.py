"""The background colour of a recipe: behind transparency, and around an image that does not fill its canvas."""

from __future__ import annotations

from PIL import Image

from edge.image.geometry import Size

RGBA = tuple[int, int, int, int]


def parse_colour(bg: str) -> RGBA:
    """A recipe's colour, ``rrggbb`` or ``rrggbbaa``, as numbers from 0 to 255."""
    red, green, blue, alpha = bytes.fromhex(bg.ljust(8, "f"))
    return red, green, blue, alpha


def mode_with_background(image: Image.Image, bg: str) -> str:
    """RGB, or RGBA if ``image`` has an alpha channel or the background is transparent."""
    return "RGBA" if image.mode.endswith("A") or parse_colour(bg)[3] < 255 else "RGB"


def new_canvas(mode: str, size: Size, bg: str) -> Image.Image:
    """An image of nothing but background. ``mode`` is RGB or RGBA."""
    return Image.new(mode, size, parse_colour(bg)[: len(mode)])


def flatten(image: Image.Image, bg: str) -> Image.Image:
    """``image`` without its alpha channel, over an opaque background."""
    if not image.mode.endswith("A"):
        return image
    canvas = new_canvas("RGB", image.size, bg)
    canvas.paste(image.convert("RGB"), mask=image.getchannel("A"))
    return canvas


def pad(image: Image.Image, size: Size, offset: Size, bg: str) -> Image.Image:
    """``image`` at ``offset`` on a canvas of ``size``, in the mode of `mode_with_background`."""
    if size == image.size:
        return image
    mode = mode_with_background(image, bg)
    canvas = new_canvas(mode, size, bg)
    canvas.paste(image.convert(mode), offset)
    return canvas
