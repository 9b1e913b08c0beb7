"""Looking at a picture: what its plain border is, and where most happens in it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial, reduce
from operator import mul
from typing import Any

from PIL import Image, ImageChops, ImageFilter

from edge.contract.values import Point
from edge.image.geometry import Region, Size
from edge.image.pillow_compat import crop
from edge.image.strips import in_bands

_THUMBNAIL = 128


def without_border(images: Iterable[Image.Image], corner: tuple[int, int], threshold: int) -> Region:
    """The box that is left when all that is like the pixel ``corner``, give or take ``threshold``, is cut off round it.

    The whole picture where nothing would be left. Unlike is what is further off in any channel, transparency
    among them; two colours that nobody sees are alike. Of several frames the box holds what is unlike the first one's
    pixel in any.
    """
    first: Any = None
    boxes = []
    for image in images:
        first = first or _as_seen(crop(image, (*corner, corner[0] + 1, corner[1] + 1))).getpixel((0, 0))
        whole = 0, 0, *image.size
        boxes.append(in_bands(image, "L", partial(_unlike, first, threshold)).getbbox())
        if boxes[-1] == whole:
            break
    found = list(zip(*filter(None, boxes), strict=True))
    return (min(found[0]), min(found[1]), max(found[2]), max(found[3])) if found else whole


def _unlike(first: Any, threshold: int, band: Image.Image) -> Image.Image:
    difference = ImageChops.difference(_as_seen(band), Image.new("RGBa", band.size, first))
    return reduce(ImageChops.lighter, difference.split()).point([255 * (by > threshold) for by in range(256)])


def _as_seen(image: Image.Image) -> Image.Image:
    return image.convert("RGBA").convert("RGBa")


def thumbnail_size(size: tuple[float, float]) -> Size:
    """How small a picture may be looked at by `busiest`."""
    scale = min(1.0, _THUMBNAIL / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def busiest(image: Image.Image, window: Size) -> Point:
    """The point, per mille, round which a window of the shape ``window`` holds most of what draws the eye.

    That is edges, skin and strong colours, as libvips' attention and smartcrop.js have it, but what lies in the middle
    of the window counts most. The centre where one place is as good as another.
    https://github.com/libvips/libvips/blob/master/libvips/conversion/smartcrop.c
    """
    drawing = _drawing(image)
    scale = max(window[0] / image.width, window[1] / image.height)
    columns, rows = _line(drawing, (image.width, 1)), _line(drawing, (1, image.height))
    return _peak(columns, window[0] / scale), _peak(rows, window[1] / scale)


def _drawing(image: Image.Image) -> list[tuple[float, Image.Image]]:
    """What draws the eye at each pixel, from 0 to 255, and how much that weighs: found by looking at crops."""
    seen = image.convert("RGBA")
    grey = Image.new("RGBA", image.size, (128, 128, 128, 255))
    luma, blue, red = Image.alpha_composite(grey, seen).convert("RGB").convert("YCbCr").split()
    skin = ImageChops.multiply(blue.point(_SKIN_BLUE), red.point(_SKIN_RED))
    strong = ImageChops.lighter(blue.point(_STRONG), red.point(_STRONG))
    alpha = seen.getchannel("A")
    found = ((1.0, _edges(luma)), (1.5, skin), (0.3, strong))
    return [(weight, ImageChops.multiply(pixels, alpha)) for weight, pixels in found]


def _edges(luma: Image.Image) -> Image.Image:
    """How much changes at each pixel, but for the outermost, which Pillow's kernels leave as they were."""
    edges = Image.new("L", luma.size)
    if min(luma.size) >= 3:
        inner = (1, 1, luma.width - 1, luma.height - 1)
        edges.paste(crop(luma.filter(ImageFilter.FIND_EDGES), inner), inner)
    return edges


def _around(middle: int, reach: int) -> list[int]:
    return [max(0, 255 - 255 * abs(value - middle) // reach) for value in range(256)]


#: Of Cb and Cr. Light and dark skin differ in luma and hardly in these: D. Chai and K. N. Ngan, "Face segmentation
#: using skin-color map in videophone applications", 1999.
_SKIN_BLUE, _SKIN_RED = _around(105, 24), _around(152, 20)
_STRONG = [min(255, 2 * abs(value - 128)) for value in range(256)]


def _line(drawing: list[tuple[float, Image.Image]], size: Size) -> list[float]:
    """How much draws the eye in each column, or in each row. In floats, which do not lose what is faint."""
    total = [0.0] * (size[0] * size[1])
    for weight, pixels in drawing:
        means = pixels.convert("F").resize(size, Image.Resampling.BOX)
        total = [
            so_far + weight * mean for so_far, mean in zip(total, memoryview(means.tobytes()).cast("f"), strict=True)
        ]
    return total


def _peak(line: list[float], length: float) -> int:
    """The middle, per mille, of the best run of ``length``; of equals the one nearest to the centre."""
    # As much on both sides, so that the very centre is among the places.
    slack = 2 * max(0, min(round((len(line) - length) / 2), (len(line) - 1) // 2))
    count = len(line) - slack
    weights = [1 - ((2 * place + 1) / count - 1) ** 2 for place in range(count)]

    def score(start: int) -> tuple[float, int]:
        return sum(map(mul, weights, line[start : start + count])), -abs(2 * start - slack)

    best = max(range(slack + 1), key=score)
    return round(1000 * (best + count / 2) / len(line))
