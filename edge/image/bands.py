"""Changing a big picture a piece at a time, so that the steps in between take little memory."""

from __future__ import annotations

from collections.abc import Callable

from PIL import Image

_PIXELS = 1 << 21


def in_bands(image: Image.Image, mode: str, change: Callable[[Image.Image], Image.Image]) -> Image.Image:
    """What ``change`` makes of ``image``, in ``mode``. It must do to each pixel the same, wherever that is."""
    result = Image.new(mode, image.size)
    rows = max(1, _PIXELS // image.width)
    for top in range(0, image.height, rows):
        band = image.crop((0, top, image.width, min(top + rows, image.height)))
        result.paste(change(band), (0, top))
    return result
