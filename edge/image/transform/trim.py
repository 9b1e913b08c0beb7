"""Finding the plain border of an image."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial, reduce
from typing import Any

from PIL import Image, ImageChops

from edge.image.geometry import Region
from edge.image.pillow_compat.images import crop
from edge.image.strips import map_strips


def trim_box(frames: Iterable[Image.Image], corner: tuple[int, int], threshold: int) -> Region:
    """The smallest box that holds every pixel unlike the first frame's pixel at ``corner``, in any of ``frames``.

    A pixel is unlike it if any channel, alpha among them, differs by more than ``threshold`` (0 to 255). Colours are
    compared premultiplied, so fully transparent pixels are alike. Returns the whole image if no pixel is unlike it.
    """
    border: Any = None
    boxes = []
    for frame in frames:
        border = border or _premultiplied(crop(frame, (*corner, corner[0] + 1, corner[1] + 1))).getpixel((0, 0))
        whole = 0, 0, *frame.size
        boxes.append(map_strips(frame, "L", partial(_differences, border, threshold)).getbbox())
        if boxes[-1] == whole:
            break
    found = list(zip(*filter(None, boxes), strict=True))
    return (min(found[0]), min(found[1]), max(found[2]), max(found[3])) if found else whole


def _differences(border: Any, threshold: int, strip: Image.Image) -> Image.Image:
    """A mask (L) with 255 where ``strip`` is unlike the colour ``border``."""
    difference = ImageChops.difference(_premultiplied(strip), Image.new("RGBa", strip.size, border))
    return reduce(ImageChops.lighter, difference.split()).point([255 * (by > threshold) for by in range(256)])


def _premultiplied(image: Image.Image) -> Image.Image:
    return image.convert("RGBA").convert("RGBa")
