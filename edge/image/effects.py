"""Effects: what a recipe does to the pixels of a result, once it has its size."""

from __future__ import annotations

from PIL import Image, ImageFilter

from edge.recipe import Recipe


def applied(image: Image.Image, recipe: Recipe) -> Image.Image:
    """``image`` (L, LA, RGB, RGBA) with the recipe's effects, in the same mode, or without colour."""
    if recipe.grayscale and image.mode in ("RGB", "RGBA"):
        image = image.convert("L" if image.mode == "RGB" else "LA")
    if recipe.blur:
        image = _filtered(image, ImageFilter.GaussianBlur(recipe.blur))
    if recipe.sharpen:
        image = _filtered(image, ImageFilter.UnsharpMask(recipe.sharpen, percent=100, threshold=2))
    return image


def _filtered(image: Image.Image, effect: ImageFilter.MultibandFilter) -> Image.Image:
    """Premultiplied, so that what nobody sees does not bleed into what they do."""
    if not image.mode.endswith("A"):
        return image.filter(effect)
    return image.convert(image.mode[:-1] + "a").filter(effect).convert(image.mode)
