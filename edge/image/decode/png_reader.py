"""A still PNG opened by Pillow, with some of Pillow's omissions made good."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial, reduce
from io import BytesIO
from types import MappingProxyType

from PIL import Image, ImageChops
from PIL.PngImagePlugin import PngImageFile

from edge.image.decode.png_stored import StoredPng
from edge.image.pillow_compat.images import LazyImage
from edge.image.pillow_compat.png import PngFile, png_raw_mode, set_png_raw_mode
from edge.image.strips import map_strips

#: How Pillow stores samples of fewer than eight bits, and what it makes of them.
_TO_8_BIT: Mapping[str, Callable[[int], int]] = MappingProxyType(
    {"L;2": lambda sample: sample * 85, "L;4": lambda sample: sample * 17}
)
#: 16 bits a channel, of which Pillow keeps the upper eight or, if told that they are little-endian, the lower ones.
_RGB_16, _RGB_16_LOWER = "RGB;16B", "RGB;16L"


def open_png(stored: StoredPng) -> LazyImage:
    """The image, not decoded. A transparent colour is compared with all bits of each sample.

    Raises whatever Pillow raises.
    """
    image = _opened(stored)
    raw_mode, colour = png_raw_mode(image), image.info.get("transparency")
    if raw_mode == _RGB_16 and colour is not None:
        return LazyImage("RGBA", image.size, partial(_with_transparent_colour, stored, colour))
    if raw_mode in _TO_8_BIT and colour is not None:
        # Pillow leaves it in the samples of the file, where it never matches.
        image.info["transparency"] = _TO_8_BIT[raw_mode](colour)
    lazy = LazyImage(image.mode, image.size, partial(_decoded, stored, image))
    lazy.palette, lazy.info = image.palette, image.info
    return lazy


def _opened(stored: StoredPng, raw_mode: str = "") -> PngImageFile:
    image = PngFile(BytesIO(stored.tobytes()))
    if raw_mode:
        set_png_raw_mode(image, raw_mode)
    return image


def _decoded(stored: StoredPng, image: PngImageFile) -> Image.Image:
    """``image``, opened from ``stored``, with all its pixels."""
    raw_mode = png_raw_mode(image)
    try:
        image.load()
    except OSError:
        right = stored.with_right_checksum()
        if right is None:
            raise
        image.close()
        image = _opened(right, raw_mode)
        image.load()
    return image


def _with_transparent_colour(stored: StoredPng, colour: tuple[int, ...]) -> Image.Image:
    """RGBA of a PNG of 16 bits a channel, whose pixels of ``colour`` are transparent and all others opaque."""
    lower = _matches(_decoded(stored, _opened(stored, _RGB_16_LOWER)), [sample & 255 for sample in colour])
    image = _decoded(stored, _opened(stored))
    upper = _matches(image, [sample >> 8 for sample in colour])
    image.info.pop("transparency")
    image.putalpha(ImageChops.invert(ImageChops.darker(lower, upper)))
    return image


def _matches(image: Image.Image, colour: list[int]) -> Image.Image:
    """255 for each pixel of ``image`` (RGB) that is of ``colour``, 0 for any other."""
    tables = [[255 * (code == value) for code in range(256)] for value in colour]

    def match(strip: Image.Image) -> Image.Image:
        bands = zip(strip.split(), tables, strict=True)
        return reduce(ImageChops.darker, (band.point(table) for band, table in bands))

    return map_strips(image, "L", match)
