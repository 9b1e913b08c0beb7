"""Working on a large image in horizontal strips, so that intermediate images take little memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PIL import Image

from edge.image.pillow_compat.images import crop

_STRIP_PIXELS = 1 << 21


def strips(image: Image.Image, start: int = 0, end: int | None = None) -> Iterator[tuple[int, Image.Image]]:
    """For each strip of the rows from ``start`` to ``end``, from the top: its first row, and a copy of its pixels."""
    rows, end = max(1, _STRIP_PIXELS // image.width), image.height if end is None else end
    for top in range(start, end, rows):
        yield top, crop(image, (0, top, image.width, min(top + rows, end)))


def map_strips(
    image: Image.Image,
    mode: str,
    function: Callable[[Image.Image], Image.Image],
    start: int = 0,
    end: int | None = None,
) -> Image.Image:
    """The results of ``function``, in ``mode``, for all strips of the rows from ``start`` to ``end``, put together.

    ``function`` must treat each pixel the same wherever it lies.
    """
    result = Image.new(mode, (image.width, (image.height if end is None else end) - start))
    for top, strip in strips(image, start, end):
        result.paste(function(strip), (0, top - start))
    return result
