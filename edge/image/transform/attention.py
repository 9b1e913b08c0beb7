"""Finding the part of an image that attracts attention, for ``g=auto``."""

from __future__ import annotations

from operator import mul

from PIL import Image, ImageChops, ImageFilter

from edge.contract.values import Point
from edge.image.geometry import Size
from edge.image.pillow_compat.images import crop

_THUMBNAIL = 128
_GREY = (128, 128, 128, 255)
_EDGES_WEIGHT, _SKIN_WEIGHT, _SATURATION_WEIGHT = 1.0, 1.5, 0.3


def thumbnail_size(size: tuple[float, float]) -> Size:
    """The size of the thumbnail that `point_of_attention` needs of an image of ``size``."""
    scale = min(1.0, _THUMBNAIL / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def point_of_attention(thumbnail: Image.Image, window: Size) -> Point:
    """The centre, per mille, of the crop of the shape ``window`` that holds most of what attracts attention.

    That is edges, skin and saturated colours, as in libvips' attention strategy and smartcrop.js; what is near the
    crop's centre counts most. Of equal crops the one nearest to the image's centre wins.
    https://github.com/libvips/libvips/blob/master/libvips/conversion/smartcrop.c
    """
    features = _features(thumbnail)
    scale = max(window[0] / thumbnail.width, window[1] / thumbnail.height)
    columns, rows = _profile(features, (thumbnail.width, 1)), _profile(features, (1, thumbnail.height))
    return _best_centre(columns, window[0] / scale), _best_centre(rows, window[1] / scale)


def _features(thumbnail: Image.Image) -> list[tuple[float, Image.Image]]:
    """Maps (L) of what attracts attention, 0 to 255 at each pixel, with their weights: tuned by looking at crops."""
    rgba = thumbnail.convert("RGBA")
    on_grey = Image.alpha_composite(Image.new("RGBA", thumbnail.size, _GREY), rgba)
    luma, blue, red = on_grey.convert("RGB").convert("YCbCr").split()
    skin = ImageChops.multiply(blue.point(_SKIN_CB), red.point(_SKIN_CR))
    saturation = ImageChops.lighter(blue.point(_SATURATION), red.point(_SATURATION))
    alpha = rgba.getchannel("A")
    maps = ((_EDGES_WEIGHT, _edges(luma)), (_SKIN_WEIGHT, skin), (_SATURATION_WEIGHT, saturation))
    return [(weight, ImageChops.multiply(pixels, alpha)) for weight, pixels in maps]


def _edges(luma: Image.Image) -> Image.Image:
    """How much the brightness changes at each pixel. The outermost are 0: Pillow's kernels leave those unfiltered."""
    edges = Image.new("L", luma.size)
    if min(luma.size) >= 3:
        inner = (1, 1, luma.width - 1, luma.height - 1)
        edges.paste(crop(luma.filter(ImageFilter.FIND_EDGES), inner), inner)
    return edges


def _peak(middle: int, reach: int) -> list[int]:
    return [max(0, 255 - 255 * abs(value - middle) // reach) for value in range(256)]


#: Light and dark skin differ in luma but hardly in Cb and Cr: D. Chai and K. N. Ngan, "Face segmentation using
#: skin-color map in videophone applications", 1999.
_SKIN_CB, _SKIN_CR = _peak(105, 24), _peak(152, 20)
_SATURATION = [min(255, 2 * abs(value - 128)) for value in range(256)]


def _profile(features: list[tuple[float, Image.Image]], size: Size) -> list[float]:
    """The weighted sum of the features for each column (``size`` one high) or row (one wide).

    In floats, because 8 bits would lose faint features.
    """
    total = [0.0] * (size[0] * size[1])
    for weight, pixels in features:
        means = memoryview(pixels.convert("F").resize(size, Image.Resampling.BOX).tobytes()).cast("f")
        total = [so_far + weight * mean for so_far, mean in zip(total, means, strict=True)]
    return total


def _best_centre(profile: list[float], length: float) -> int:
    """The centre, per mille, of the best run of ``length`` entries; of equal runs the one nearest to the middle."""
    # An even number of spare entries, so that the exact middle is one of the candidates.
    slack = 2 * max(0, min(round((len(profile) - length) / 2), (len(profile) - 1) // 2))
    count = len(profile) - slack
    weights = [1 - ((2 * place + 1) / count - 1) ** 2 for place in range(count)]

    def score(start: int) -> tuple[float, int]:
        return sum(map(mul, weights, profile[start : start + count])), -abs(2 * start - slack)

    best = max(range(slack + 1), key=score)
    return round(1000 * (best + count / 2) / len(profile))
