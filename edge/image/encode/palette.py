"""The 256 colours of a GIF, one of which is transparent."""

from __future__ import annotations

from PIL import Image, ImageChops, ImageStat

from edge.image.colour import modes

#: The index of the transparent colour in every palette.
TRANSPARENT_INDEX = 255
#: Pixels with less alpha become transparent, the others opaque.
_OPAQUE = 128
#: A palette is computed from a sample of at most this many pixels a side: the whole image would take half a second a
#: megapixel.
_SAMPLE = 128
#: How far an image may be from its original before it gets a palette of its own: on average, and at any small spot.
_MAX_MEAN, _MAX_SPOT = 2.0, 32
#: The side of a spot in pixels.
_SPOT = 4


def threshold_alpha(image: Image.Image) -> Image.Image:
    """``image`` in RGBA, each pixel opaque or transparent black: GIF has nothing in between."""
    image = image.convert("RGBA")
    if modes.is_transparent(image):
        mask = image.getchannel("A").point([255 * (alpha >= _OPAQUE) for alpha in range(256)])
        image = Image.composite(image, Image.new("RGBA", image.size), mask)
        image.putalpha(mask)
    return image


def palette_for(image: Image.Image) -> Image.Image:
    """An image (P) of one pixel whose palette suits ``image``: its very colours if it has at most 255."""
    rgb = image.convert("RGB")
    exact = rgb.getcolors(TRANSPARENT_INDEX)
    values = [value for _, colour in exact for value in colour] if exact else _sampled_colours(rgb)  # type: ignore[union-attr]
    result = Image.new("P", (1, 1))
    # Unused entries repeat the first colour, so that no opaque pixel matches the transparent entry best.
    result.putpalette(values + values[:3] * (256 - len(values) // 3))
    return result


def _sampled_colours(rgb: Image.Image) -> list[int]:
    size = min(rgb.width, _SAMPLE), min(rgb.height, _SAMPLE)
    return rgb.resize(size, Image.Resampling.NEAREST).quantize(TRANSPARENT_INDEX).getpalette() or []


def quantize(image: Image.Image, palette: Image.Image, dither: Image.Dither) -> tuple[Image.Image, bool]:
    """``image`` (RGB or RGBA) in mode P, and whether it needed a palette of its own.

    It gets one if the colours of ``palette``, from `palette_for`, do not suit it.
    """
    opaque = image.getchannel("A") if image.mode == "RGBA" else None
    rgb = image.convert("RGB")
    result = rgb.quantize(palette=palette, dither=dither)
    own_palette = not _is_close(result.convert("RGB"), rgb, opaque)
    if own_palette:
        result = rgb.quantize(palette=palette_for(image), dither=dither)
    if opaque:
        result.paste(TRANSPARENT_INDEX, mask=ImageChops.invert(opaque))
    return result, own_palette


def _is_close(result: Image.Image, rgb: Image.Image, opaque: Image.Image | None) -> bool:
    """Whether ``result`` looks like ``rgb`` where it is opaque: on the whole, and at each spot."""
    difference = ImageChops.difference(result, rgb)
    if max(ImageStat.Stat(difference, opaque).mean) > _MAX_MEAN:
        return False
    if opaque:
        difference.paste(0, mask=ImageChops.invert(opaque))
    return max(high for _, high in difference.reduce(_SPOT).getextrema()) <= _MAX_SPOT  # type: ignore[misc]
