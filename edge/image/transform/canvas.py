"""Operations that change an image's size or shape after it was resized. Images are in L, LA, RGB or RGBA."""

from __future__ import annotations

from PIL import Image, ImageChops

from edge.image.colour import background
from edge.image.geometry import Layout
from edge.image.pillow_compat.images import crop
from edge.image.transform.ellipse import ellipse_mask
from edge.image.transform.rotate import Rotation

#: By quarter turns clockwise; Pillow counts counterclockwise.
_QUARTERS = {1: Image.Transpose.ROTATE_270, 2: Image.Transpose.ROTATE_180, 3: Image.Transpose.ROTATE_90}
#: sharp's threshold when it trims: more transparent pixels are part of the border.
_TRIMMED = 10


def extract(image: Image.Image, left: int, top: int, width: int, height: int) -> Image.Image:
    """A part of ``image``. Raises `ValueError` unless it lies within the image."""
    right, bottom = left + width, top + height
    if min(left, top) < 0 or min(width, height) < 1 or right > image.width or bottom > image.height:
        area = f"{width} × {height} pixels at {left}, {top}"
        raise ValueError(f"The area of {area} is not within the image, which has {image.width} × {image.height}.")
    return crop(image, (left, top, right, bottom))


def extend(image: Image.Image, top: int, right: int, bottom: int, left: int, colour: str, max_side: int) -> Image.Image:
    """``image`` with margins of ``colour``, ``rrggbb`` or ``rrggbbaa``. Raises `ValueError` beyond ``max_side``."""
    size = image.width + left + right, image.height + top + bottom
    if min(top, right, bottom, left) < 0 or max(size) > max_side:
        raise ValueError(f"The extended image would have {size[0]} × {size[1]} pixels; a side may have {max_side}.")
    return background.pad(image, size, (left, top), colour)


def rotate(image: Image.Image, degrees: int, colour: str) -> Image.Image:
    """``image`` turned clockwise by 1 to 359 ``degrees``, on a canvas of ``colour`` that holds all of it."""
    quarters, rest = divmod(degrees, 90)
    turned = image.transpose(_QUARTERS[quarters]) if quarters else image
    rotation = Rotation(rest)
    size = rotation.size(turned.size)
    return rotation.apply(turned, Layout((0, 0, *size), size, size), turned.size, colour)


def round_crop(
    image: Image.Image,
    rx: float | None = None,
    ry: float | None = None,
    top: float | None = None,
    left: float | None = None,
) -> Image.Image:
    """The ellipse with the radii ``rx`` and ``ry`` around the point ``left``, ``top``, in LA or RGBA; then trimmed.

    In pixels. Without them it is the largest circle around the middle. Like sharp, it trims only an image whose corner
    at the top left is transparent, and not one of which nothing is left.
    """
    radius = min(image.size) / 2
    centre = image.width / 2 if left is None else left, image.height / 2 if top is None else top
    mask = ellipse_mask(image.size, centre, (radius if rx is None else rx, radius if ry is None else ry))
    if image.mode.endswith("A"):
        mask = ImageChops.multiply(mask, image.getchannel("A"))
    cut = Image.new(f"{image.mode.removesuffix('A')}A", image.size)
    cut.paste(image.convert(cut.mode))
    cut.putalpha(mask)
    visible = mask.point([255 * (value > _TRIMMED) for value in range(256)])
    box = visible.getbbox()
    return cut if box is None or visible.getpixel((0, 0)) else crop(cut, box)
