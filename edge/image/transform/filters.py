"""Filters over the surroundings of pixels, as sharp defines them: https://sharp.pixelplumbing.com/api-operation/

Images are in L, LA, RGB or RGBA and keep their mode. They are filtered premultiplied, so that the colours of
transparent pixels do not bleed into visible ones. Beyond an image its edge is repeated.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, isqrt, sqrt

from PIL import Image, ImageFilter

from edge.image.pillow_compat.images import crop
from edge.image.transform import effects

#: The sizes of a median's window. The time grows with the square: 0.4 microseconds for each pixel with the last.
MEDIAN_SIZES = (3, 5)
#: How many numbers a kernel may have. Pillow has filters of these sizes only.
KERNEL_LENGTHS = (9, 25)
#: sharp's limits for the sigma of a blur and of sharpening.
BLUR_SIGMA, SHARPEN_SIGMA = (0.3, 1000.0), (0.000001, 10.0)
#: libvips cuts a Gaussian off where it falls below this, and rounds it to so many steps.
_LEAST_OF_BLUR, _LEAST_OF_SHARPEN, _STEPS = 0.2, 0.1, 20
#: A wider Gaussian is replaced by Pillow's of the same standard deviation, whose cost does not grow with it.
_WIDEST_KERNEL = 2
_BOX = (1.0,) * 9
_SHARPENING = (-1.0, -1.0, -1.0, -1.0, 32.0, -1.0, -1.0, -1.0, -1.0)


def median(image: Image.Image, size: int = 3) -> Image.Image:
    """Each value replaced by the median of a square of ``size`` pixels, one of `MEDIAN_SIZES`, around it."""
    if size not in MEDIAN_SIZES:
        raise ValueError(f"The size of a median is one of {MEDIAN_SIZES}, not {size}.")
    return _premultiplied(image, ImageFilter.MedianFilter(size))


def convolve(image: Image.Image, kernel: Sequence[float], scale: float = 0, offset: float = 0) -> Image.Image:
    """The sum of a pixel's surroundings times ``kernel``, by rows, divided by ``scale``, plus ``offset``.

    A ``scale`` of 0 is the sum of the kernel, or 1 if that is 0. Raises `ValueError` unless it has `KERNEL_LENGTHS`.
    """
    if len(kernel) not in KERNEL_LENGTHS:
        raise ValueError(f"A kernel has 3 × 3 or 5 × 5 numbers, not {len(kernel)}.")
    side = isqrt(len(kernel))
    # Pillow's first row is the one below the pixel, and it leaves the outermost pixels as they are.
    rows = [kernel[start : start + side] for start in range(0, len(kernel), side)]
    upside_down = [value for row in reversed(rows) for value in row]
    kernel_filter = ImageFilter.Kernel((side, side), upside_down, scale or sum(kernel) or 1, offset)
    margin = side // 2
    width, height = image.size
    filtered = _premultiplied(_with_margin(image, margin), kernel_filter)
    return crop(filtered, (margin, margin, margin + width, margin + height))


def blur(image: Image.Image, sigma: float | None = None) -> Image.Image:
    """A Gaussian blur of ``sigma`` pixels, or without one the mean of each pixel and its eight neighbours.

    libvips cuts its Gaussian off early, so ``sigma`` blurs less than the same number in a recipe. Up to 1.6 the result
    is the same as libvips', above it is a Gaussian of the same width. Raises `ValueError`.
    """
    if sigma is None:
        return convolve(image, _BOX)
    _check(sigma, *BLUR_SIGMA)
    half = _half_gaussian(sigma, _LEAST_OF_BLUR)
    if len(half) == 1:
        return image
    if len(half) > _WIDEST_KERNEL + 1:
        return _premultiplied(image, ImageFilter.GaussianBlur(_deviation(half)))
    line = [0.0] * (_WIDEST_KERNEL + 1 - len(half)) + [*half[:0:-1], *half]
    line += [0.0] * (2 * _WIDEST_KERNEL + 1 - len(line))
    return convolve(image, [down * across for down in line for across in line])


def sharpen(
    image: Image.Image,
    sigma: float | None = None,
    flat: float = 1,
    jagged: float = 2,
    threshold: float = 2,
    lighter: float = 10,
    darker: float = 20,
) -> Image.Image:
    """Unsharp masking with a Gaussian of ``sigma`` pixels, or without one a mild sharpening by a 3 × 3 kernel.

    Differences of lightness up to ``threshold`` are multiplied by ``flat``, and what is above by ``jagged``; at most
    ``lighter`` or ``darker`` is added. They are sharp's x1, m1, m2, y2 and y3, in hundredths of white. Raises
    `ValueError`.
    """
    if sigma is None:
        return convolve(image, _SHARPENING, 24)
    _check(sigma, *SHARPEN_SIGMA)
    radius = _deviation(_half_gaussian(sigma, _LEAST_OF_SHARPEN))
    table = effects.sharpening_table(flat, jagged, threshold, lighter, darker)
    return effects.sharpen_by(image, radius, table)


def _check(sigma: float, least: float, most: float) -> None:
    if not least <= sigma <= most:
        raise ValueError(f"sigma must be a number from {least:f} to {most:g}, not {sigma:g}.")


def _premultiplied(image: Image.Image, kernel: ImageFilter.Filter) -> Image.Image:
    if not image.mode.endswith("A"):
        return image.filter(kernel)
    return image.convert(image.mode[:-1] + "a").filter(kernel).convert(image.mode)


def _with_margin(image: Image.Image, margin: int) -> Image.Image:
    width, height = (side + 2 * margin for side in image.size)
    extended = Image.new(image.mode, (width, height))
    extended.paste(image, (margin, margin))
    for line in range(margin):
        for source, target in ((margin, line), (height - margin - 1, height - line - 1)):
            extended.paste(crop(extended, (0, source, width, source + 1)), (0, target))
    for line in range(margin):
        for source, target in ((margin, line), (width - margin - 1, width - line - 1)):
            extended.paste(crop(extended, (source, 0, source + 1, height)), (target, 0))
    return extended


def _half_gaussian(sigma: float, least: float) -> list[int]:
    """The middle and one half of libvips' kernel: https://www.libvips.org/API/current/ctor.Image.gaussmat.html"""
    values = []
    for distance in range(int(8 * sigma) + 2):
        value = exp(-(distance**2) / (2 * sigma**2))
        if value < least:
            break
        values.append(round(_STEPS * value))
    return values


def _deviation(half: Sequence[int]) -> float:
    squares = sum(2 * value * distance**2 for distance, value in enumerate(half))
    return sqrt(squares / (2 * sum(half) - half[0]))
