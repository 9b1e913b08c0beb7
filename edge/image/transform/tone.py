"""Changing lightness and colour in CIELAB, as sharp's ``normalise`` and ``modulate`` do.

Takes images in L, LA, RGB or RGBA; alpha stays as it is. https://sharp.pixelplumbing.com/api-operation/
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from math import cos, radians, sin

from PIL import Image

from edge.image.colour import cielab
from edge.image.colour.lab_adjustment import LabAdjustment
from edge.image.strips import strips
from edge.image.transform.strip_colours import map_colours


def normalise(image: Image.Image, lower: int = 1, upper: int = 99) -> Image.Image:
    """Lightness stretched so that the percentiles ``lower`` and ``upper`` become black and white.

    An image that is nearly plain stays as it is.
    """
    counts = _lightness_counts(image)
    low, high = (_percentile(counts, percent) for percent in (lower, upper))
    if abs(high - low) <= 1:
        return image
    factor = 100 / (high - low)
    return _adjust(image, LabAdjustment(factor, -low * factor))


def modulate(
    image: Image.Image, brightness: float = 1, saturation: float = 1, hue: int = 0, lightness: float = 0
) -> Image.Image:
    """Lightness times ``brightness`` plus ``lightness``, in percent; chroma times ``saturation``; hue in degrees."""
    cosine, sine = saturation * cos(radians(hue)), saturation * sin(radians(hue))
    return _adjust(image, LabAdjustment(brightness, lightness, cosine, sine))


def _adjust(image: Image.Image, adjustment: LabAdjustment) -> Image.Image:
    return map_colours(image, image.mode.removesuffix("A"), adjustment.apply)


def _lightness_counts(image: Image.Image) -> list[int]:
    """How many pixels have each whole lightness, from 0 to the greatest."""
    counts = [0] * 101
    for _, strip in strips(image):
        for lightness, count in enumerate(_lightness(strip).histogram()[:101]):
            counts[lightness] += count
    return counts[: max(lightness for lightness, count in enumerate(counts) if count) + 1]


def _lightness(strip: Image.Image) -> Image.Image:
    return cielab.whole_lightness(strip.convert(strip.mode.removesuffix("A")))


def _percentile(counts: Sequence[int], percent: int) -> int:
    """The percentile as libvips finds it: https://www.libvips.org/API/current/method.Image.percent.html

    It is as coarse as the counts are, and one above the greatest if that has too many of them.
    """
    steps, total = len(counts) - 1, sum(counts)
    shares = (count * steps // total for count in accumulate(counts))
    return next((place for place, share in enumerate(shares) if share > percent / 100 * len(counts)), len(counts))
