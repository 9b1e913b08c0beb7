"""A recipe's effects, applied to the resized image. Radii are in pixels of the result.

A radius is the standard deviation of a Gaussian, as sharp's ``sigma`` is. The cost does not grow with it:
https://pillow.readthedocs.io/en/stable/reference/ImageFilter.html
"""

from __future__ import annotations

from collections.abc import Sequence

from PIL import Image, ImageChops, ImageFilter

from edge.contract.recipe import Recipe

#: How many patches of colour `obscure` leaves along the longer side.
_OBSCURED_SIDE = 8


def apply_effects(image: Image.Image, recipe: Recipe) -> Image.Image:
    """``image`` (L, LA, RGB, RGBA) after grayscale, blur and sharpen, in this order.

    The mode stays, but for L or LA after grayscale.
    """
    if recipe.grayscale:
        image = _to_grayscale(image)
    if recipe.blur:
        image = _blur(image, recipe.blur)
    if recipe.sharpen:
        image = sharpen_by(image, recipe.sharpen, _SHARPENING)
    return image


def obscure(image: Image.Image) -> Image.Image:
    """``image`` (L, LA, RGB, RGBA) as a few soft patches of colour, from which no detail can be restored."""
    scale = min(1.0, _OBSCURED_SIDE / max(image.size))
    few = max(1, round(image.width * scale)), max(1, round(image.height * scale))
    mode = image.mode[:-1] + "a" if image.mode.endswith("A") else image.mode
    patches = image.convert(mode).resize(few, Image.Resampling.BOX)
    return patches.resize(image.size, Image.Resampling.BICUBIC).convert(image.mode)


def _to_grayscale(image: Image.Image) -> Image.Image:
    return image.convert("LA" if image.mode.endswith("A") else "L")


def _blur(image: Image.Image, radius: float) -> Image.Image:
    """Premultiplied, so that the colours of transparent pixels do not bleed into visible ones."""
    gaussian = ImageFilter.GaussianBlur(radius)
    if not image.mode.endswith("A"):
        return image.filter(gaussian)
    return image.convert(image.mode[:-1] + "a").filter(gaussian).convert(image.mode)


def sharpen_by(image: Image.Image, radius: float, table: Sequence[int]) -> Image.Image:
    """Unsharp masking of the brightness alone, so that no hue changes. ``table`` is a `sharpening_table`."""
    grey = _to_grayscale(image)
    difference = ImageChops.subtract(grey.getchannel(0), _blur(grey, radius).getchannel(0), 1, 128)
    change = difference.point(table).convert(image.mode[:-1] if image.mode.endswith("A") else image.mode)
    result = ImageChops.add(image.convert(change.mode), change, 1, -128)
    if image.mode != change.mode:
        result.putalpha(image.getchannel("A"))
    return result


def sharpening_table(flat: float, jagged: float, threshold: float, lighter: float, darker: float) -> list[int]:
    """What is added to a pixel for each difference from its surroundings, both shifted by 128.

    In hundredths of white, differences up to ``threshold`` are multiplied by ``flat``, what is above by ``jagged``, and
    halos are at most ``lighter`` or ``darker``: https://www.libvips.org/API/current/method.Image.sharpen.html
    """

    def correction(difference: float) -> float:
        small = min(max(difference, -threshold), threshold)
        return min(max(flat * small + jagged * (difference - small), -darker), lighter)

    shifted = (round(128 + 2.55 * correction((value - 128) / 2.55)) for value in range(256))
    return [min(max(value, 0), 255) for value in shifted]


#: The limits are libvips', the strength on flat areas is sharp's.
_SHARPENING = sharpening_table(1, 2, 2, 10, 20)
