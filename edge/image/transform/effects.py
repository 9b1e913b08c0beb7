"""A recipe's effects, applied to the resized image. Radii are in pixels of the result.

A radius is the standard deviation of a Gaussian, as sharp's ``sigma`` is. The cost does not grow with it:
https://pillow.readthedocs.io/en/stable/reference/ImageFilter.html
"""

from __future__ import annotations

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
        image = _sharpen(image, recipe.sharpen)
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


def _blur(image: Image.Image, radius: int) -> Image.Image:
    """Premultiplied, so that the colours of transparent pixels do not bleed into visible ones."""
    gaussian = ImageFilter.GaussianBlur(radius)
    if not image.mode.endswith("A"):
        return image.filter(gaussian)
    return image.convert(image.mode[:-1] + "a").filter(gaussian).convert(image.mode)


def _sharpen(image: Image.Image, radius: int) -> Image.Image:
    """Unsharp masking of the brightness alone, so that no hue changes."""
    grey = _to_grayscale(image)
    difference = ImageChops.subtract(grey.getchannel(0), _blur(grey, radius).getchannel(0), 1, 128)
    change = difference.point(_SHARPENING).convert(image.mode[:-1] if image.mode.endswith("A") else image.mode)
    result = ImageChops.add(image.convert(change.mode), change, 1, -128)
    if image.mode != change.mode:
        result.putalpha(image.getchannel("A"))
    return result


def _correction(difference: float) -> float:
    """What is added to a pixel that differs by ``difference`` from its surroundings, both in hundredths of white.

    Small differences are added once, the rest twice, and halos are at most 10 lighter or 20 darker. The limits are
    libvips', https://www.libvips.org/API/current/method.Image.sharpen.html; the strength on flat areas is sharp's.
    """
    small = min(max(difference, -2.0), 2.0)
    return min(max(small + 2 * (difference - small), -20.0), 10.0)


#: `_correction` for each 8-bit difference, both shifted by 128.
_SHARPENING = [round(128 + 2.55 * _correction((value - 128) / 2.55)) for value in range(256)]
