"""Grey images of 16 and 32 bits a pixel, converted to 8 bits."""

from __future__ import annotations

from functools import cache
from math import isfinite

from PIL import ExifTags, Image, TiffImagePlugin

from edge.image.strips import map_strips, strips

_SIXTEEN_BIT = frozenset({"I;16", "I;16B", "I;16L", "I;16N"})
_PHOTOMETRIC = ExifTags.Base.PhotometricInterpretation
#: The largest 32-bit float: https://en.wikipedia.org/wiki/Single-precision_floating-point_format
_MAX_FLOAT = 3.4028234663852886e38


def to_8_bit(image: Image.Image) -> Image.Image:
    """``image`` in mode L, or in LA if one of its values is transparent. Images of 8 bits come back unchanged."""
    if image.mode in _SIXTEEN_BIT:
        return _from_16_bit(image)
    return _from_32_bit(image) if image.mode in ("I", "F") else image


def _from_16_bit(image: Image.Image) -> Image.Image:
    """Scales the values. Pillow's own conversion would clip them."""
    transparent = image.info.get("transparency")
    alpha = [0 if value == transparent else 255 for value in range(65536)] if isinstance(transparent, int) else None
    table = _scaling_table()[::-1] if _white_is_zero(image) else _scaling_table()

    def scale(strip: Image.Image) -> Image.Image:
        wide = strip.convert("I")
        grey = wide.point(table, "L")
        if alpha:
            grey.putalpha(wide.point(alpha, "L"))
        return grey

    return map_strips(image, "LA" if alpha else "L", scale)


@cache
def _scaling_table() -> list[int]:
    return [(value * 255 + 32767) // 65535 for value in range(65536)]


def _white_is_zero(image: Image.Image) -> bool:
    """Whether 0 is white in a TIFF. Pillow does not invert such images if they have 16 or 32 bits."""
    return isinstance(image, TiffImagePlugin.TiffImageFile) and image.tag_v2.get(_PHOTOMETRIC) == 0


def _from_32_bit(image: Image.Image) -> Image.Image:
    """Maps the smallest value to black and the largest to white, since 32-bit data has no white of its own."""
    low, high = _extrema(image)
    dark, light = (high, low) if _white_is_zero(image) else (low, high)
    scale = 255 / (light - dark) if high > low else 1.0

    def stretch(strip: Image.Image) -> Image.Image:
        return strip.convert("F").point(lambda value: value * scale - dark * scale).convert("L")

    return map_strips(image, "L", stretch)


def _extrema(image: Image.Image) -> tuple[float, float]:
    """The smallest and the largest finite value."""
    found = _band_extrema(image)
    if all(map(isfinite, found)):
        return found
    least, greatest = zip(*(_finite_extrema(strip) for _, strip in strips(image)), strict=True)
    return min(least), max(greatest)


def _finite_extrema(strip: Image.Image) -> tuple[float, float]:
    from PIL import ImageMath  # imported late: few images need it, every cold start would pay

    # Infinities and NaN are the values that give something other than 0 when subtracted from themselves.
    odd = ImageMath.lambda_eval(lambda the: the["strip"] - the["strip"] != 0, strip=strip)
    mask = odd.convert("L").point([0] + [255] * 255, "1")
    strip.paste(_MAX_FLOAT, mask=mask)
    least = _band_extrema(strip)[0]
    strip.paste(-_MAX_FLOAT, mask=mask)
    return least, _band_extrema(strip)[1]


def _band_extrema(image: Image.Image) -> tuple[float, float]:
    return image.getextrema()  # type: ignore[return-value]  # Pillow's type covers several bands too
