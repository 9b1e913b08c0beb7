"""Images that are placed on others, such as watermarks: decoded small, and where they go."""

from __future__ import annotations

from collections.abc import Callable
from math import floor
from typing import TypeAlias

from PIL import Image

from edge.contract.policy import Policy
from edge.contract.recipe import Recipe
from edge.image.decode.opening import open_source
from edge.image.geometry import Size
from edge.image.plan import plan_of
from edge.image.resizing import decoded_size, resized
from edge.image.transform.overlay import fitted_size, overlay

#: The size to read an image at, by its own.
SizeOf: TypeAlias = Callable[[Size], Size]
#: Reads the image that is placed on another at such a size.
ReadMark: TypeAlias = Callable[[SizeOf], Image.Image]


def read_mark(body: bytes, size_of: SizeOf, policy: Policy) -> Image.Image:
    """The first frame of an original, upright and in sRGB, at what ``size_of`` makes of its size.

    Raises `SourceRefused`.
    """
    with open_source(body, policy) as file:
        width, height = size_of(file.source.size)
        plan = plan_of(file, Recipe(width, height, "fill", up=True), None, policy, animated=False)
        with file.reading():
            pixels, shrink = file.load(plan.box(), decoded_size(file, plan))
        return resized(file, plan, pixels, shrink)


def place_overlay(
    image: Image.Image,
    read: ReadMark,
    *,
    left: str | None,
    top: str | None,
    width: int | None,
    height: int | None,
    opacity: int,
) -> Image.Image:
    """A mark fitted into ``width`` and ``height``, in percent of ``image``, at an offset from its edges.

    Without a width and a height, it keeps its size, at most that of the image. Without an offset it is centred. As in
    AWS's image handler.
    """
    box = _share(image.width, width), _share(image.height, height)
    mark = read(lambda own: _within(fitted_size(own, box), image.size))
    places = zip(image.size, mark.size, (left, top), strict=True)
    x, y = (_start(side, length, offset) for side, length, offset in places)
    return overlay(image, mark, x, y, opacity)


def place_watermark(
    image: Image.Image, read: ReadMark, *, corner: str, size: int, margin: int, opacity: int
) -> Image.Image:
    """A mark in a ``corner`` of ``image``, or its ``center``.

    Its longer side is ``size`` percent of the image's shorter side, and so is the ``margin`` between it and the edges.
    """
    shorter = min(image.size)
    side, gap = max(1, round(shorter * size / 100)), round(shorter * margin / 100)
    mark = read(lambda own: fitted_size(own, (side, side)))
    free_x, free_y = image.width - mark.width, image.height - mark.height
    if corner == "center":
        return overlay(image, mark, free_x // 2, free_y // 2, opacity)
    x = min(gap, free_x) if corner.endswith("west") else max(free_x - gap, 0)
    y = min(gap, free_y) if corner.startswith("north") else max(free_y - gap, 0)
    return overlay(image, mark, x, y, opacity)


def _share(side: int, percent: int | None) -> int:
    """0 without one: that side is free."""
    return 0 if percent is None else max(1, floor(side * percent / 100))


def _within(size: Size, most: Size) -> Size:
    return size if size[0] <= most[0] and size[1] <= most[1] else fitted_size(size, most)


def _start(side: int, length: int, offset: str | None) -> int:
    """Where an overlay of ``length`` starts along a ``side`` of the image."""
    if offset is None:
        return (side - length) // 2
    amount = int(offset.removesuffix("p"))
    if offset.endswith("p"):
        return floor(side + side * amount / 100 - length) if amount < 0 else floor(side * amount / 100)
    return side + amount - length if amount < 0 else amount
