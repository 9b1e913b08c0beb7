"""The 256 colours of a GIF, one of which is none."""

from __future__ import annotations

from PIL import Image, ImageChops, ImageStat

from edge.image.colour import modes

#: The place in every palette where nothing is painted.
CLEAR = 255
#: What is less opaque is not there: GIF knows nothing between.
_OPAQUE = 128
#: The most pixels on a side of what a palette is made from: all of them would take half a second a megapixel.
_SAMPLE = 128
#: How far colours may be from those of a palette that was made for another frame, on average and at any small spot.
_FAR, _FAR_OFF = 2.0, 32
#: The side of a spot, in pixels.
_SPOT = 4


def all_or_nothing(image: Image.Image) -> Image.Image:
    """``image`` in RGBA, each pixel there or not."""
    image = image.convert("RGBA")
    if modes.is_transparent(image):
        mask = image.getchannel("A").point([255 * (alpha >= _OPAQUE) for alpha in range(256)])
        image = Image.composite(image, Image.new("RGBA", image.size), mask)
        image.putalpha(mask)
    return image


def of(image: Image.Image) -> Image.Image:
    """An image whose palette suits ``image``: all its colours, where there are few."""
    plain = image.convert("RGB")
    few = plain.getcolors(CLEAR)
    bands = [band for _, colour in few for band in colour] if few else _sampled(plain)  # type: ignore[union-attr]
    result = Image.new("P", (1, 1))
    # The rest repeats the first, so that nothing that is there is given the place of nothing.
    result.putpalette(bands + bands[:3] * (256 - len(bands) // 3))
    return result


def _sampled(plain: Image.Image) -> list[int]:
    size = min(plain.width, _SAMPLE), min(plain.height, _SAMPLE)
    return plain.resize(size, Image.Resampling.NEAREST).quantize(CLEAR).getpalette() or []


def indexed(image: Image.Image, colours: Image.Image, dither: Image.Dither) -> tuple[Image.Image, bool]:
    """``image`` (RGB or RGBA) in those ``colours``, or, where they do not suit it, in its own; which."""
    opaque = image.getchannel("A") if image.mode == "RGBA" else None
    plain = image.convert("RGB")
    result = plain.quantize(palette=colours, dither=dither)
    own = not _suits(result.convert("RGB"), plain, opaque)
    if own:
        result = plain.quantize(palette=of(image), dither=dither)
    if opaque:
        result.paste(CLEAR, mask=ImageChops.invert(opaque))
    return result, own


def _suits(result: Image.Image, plain: Image.Image, opaque: Image.Image | None) -> bool:
    """Whether ``result`` looks like ``plain`` where it is seen: as a whole, and in each of its spots."""
    apart = ImageChops.difference(result, plain)
    if max(ImageStat.Stat(apart, opaque).mean) > _FAR:
        return False
    if opaque:
        apart.paste(0, mask=ImageChops.invert(opaque))
    return max(high for _, high in apart.reduce(_SPOT).getextrema()) <= _FAR_OFF  # type: ignore[misc]
