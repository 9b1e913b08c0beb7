"""Working on a large image in horizontal strips, so that intermediate images take little memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PIL import Image

from edge.image.pillow_compat.images import crop

_STRIP_PIXELS = 1 << 21


def strips(image: Image.Image) -> Iterator[tuple[int, Image.Image]]:
    """For each strip of ``image``, from the top: its first row, and a copy of its pixels."""
    rows = max(1, _STRIP_PIXELS // image.width)
    for top in range(0, image.height, rows):
        yield top, crop(image, (0, top, image.width, min(top + rows, image.height)))


def map_strips(image: Image.Image, mode: str, function: Callable[[Image.Image], Image.Image]) -> Image.Image:
    """The results of ``function``, in ``mode``, for all strips of ``image``, put together.

    ``function`` must treat each pixel the same wherever it lies.
    """
    result = Image.new(mode, image.size)
    for top, strip in strips(image):
        result.paste(function(strip), (0, top))
    return result
