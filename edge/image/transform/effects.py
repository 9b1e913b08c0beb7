"""Effects: what a recipe does to the pixels of a result, once it has its size. Radii are in pixels of the result.

A radius is a Gaussian's standard deviation, as sharp's ``sigma`` is. What it costs does not grow with it:
https://pillow.readthedocs.io/en/stable/reference/ImageFilter.html
"""

from __future__ import annotations

from PIL import Image, ImageChops, ImageFilter

from edge.contract.recipe import Recipe


def applied(image: Image.Image, recipe: Recipe) -> Image.Image:
    """``image`` (L, LA, RGB, RGBA) with the recipe's effects, in the same mode, or without colour."""
    if recipe.grayscale:
        image = _grey(image)
    if recipe.blur:
        image = _blurred(image, recipe.blur)
    if recipe.sharpen:
        image = _sharpened(image, recipe.sharpen)
    return image


def _grey(image: Image.Image) -> Image.Image:
    return image.convert("LA" if image.mode.endswith("A") else "L")


def _blurred(image: Image.Image, radius: int) -> Image.Image:
    """Premultiplied, so that what nobody sees does not bleed into what they do."""
    effect = ImageFilter.GaussianBlur(radius)
    if not image.mode.endswith("A"):
        return image.filter(effect)
    return image.convert(image.mode[:-1] + "a").filter(effect).convert(image.mode)


def _sharpened(image: Image.Image, radius: int) -> Image.Image:
    """Lighter where it is lighter than what lies round it, darker where it is darker; no colour moves by itself."""
    grey = _grey(image)
    found = ImageChops.subtract(grey.getchannel(0), _blurred(grey, radius).getchannel(0), 1, 128)
    change = found.point(_SHARPER).convert(image.mode[:-1] if image.mode.endswith("A") else image.mode)
    colours = ImageChops.add(image.convert(change.mode), change, 1, -128)
    if image.mode != change.mode:
        colours.putalpha(image.getchannel("A"))
    return colours


def _correction(difference: float) -> float:
    """How much is added where a pixel differs so much from its surroundings, both in hundredths of white.

    Faint differences once, the rest twice, and no halo that is lighter by 10 or darker by 20: libvips' numbers,
    https://www.libvips.org/API/current/method.Image.sharpen.html, but as strong on flat parts as sharp has it.
    """
    faint = min(max(difference, -2.0), 2.0)
    return min(max(faint + 2 * (difference - faint), -20.0), 10.0)


#: Both shifted by 128.
_SHARPER = [round(128 + 2.55 * _correction((value - 128) / 2.55)) for value in range(256)]
