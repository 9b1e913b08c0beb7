"""Changing a big picture a piece at a time, so that the steps in between take little memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PIL import Image

from edge.image.pillow_compat import crop

_PIXELS = 1 << 21


def bands(image: Image.Image) -> Iterator[tuple[int, Image.Image]]:
    """Copies of its pieces, from the top, and where each begins."""
    rows = max(1, _PIXELS // image.width)
    for top in range(0, image.height, rows):
        yield top, crop(image, (0, top, image.width, min(top + rows, image.height)))


def in_bands(image: Image.Image, mode: str, change: Callable[[Image.Image], Image.Image]) -> Image.Image:
    """What ``change`` makes of ``image``, in ``mode``. It must do to each pixel the same, wherever that is."""
    result = Image.new(mode, image.size)
    for top, band in bands(image):
        result.paste(change(band), (0, top))
    return result
