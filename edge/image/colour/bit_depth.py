"""Grey of 16 and 32 bits a pixel, to 8."""

from __future__ import annotations

from functools import cache
from math import isfinite

from PIL import ExifTags, Image, TiffImagePlugin

from edge.image.strips import bands, in_bands

_SIXTEEN_BIT = frozenset({"I;16", "I;16B", "I;16L", "I;16N"})
_PHOTOMETRIC = ExifTags.Base.PhotometricInterpretation
#: Of 32-bit numbers: https://en.wikipedia.org/wiki/Single-precision_floating-point_format
_GREATEST = 3.4028234663852886e38


def to_8_bit(image: Image.Image) -> Image.Image:
    """``image`` as L, or LA where one grey is transparent; any other picture as it is."""
    if image.mode in _SIXTEEN_BIT:
        return _from_16_bit(image)
    return _stretched(image) if image.mode in ("I", "F") else image


def _from_16_bit(image: Image.Image) -> Image.Image:
    """Scaled, where Pillow's own conversion would clip."""
    transparent = image.info.get("transparency")
    seen = [0 if value == transparent else 255 for value in range(65536)] if isinstance(transparent, int) else None
    table = _table()[::-1] if _starts_with_white(image) else _table()

    def scaled(band: Image.Image) -> Image.Image:
        wide = band.convert("I")
        grey = wide.point(table, "L")
        if seen:
            grey.putalpha(wide.point(seen, "L"))
        return grey

    return in_bands(image, "LA" if seen else "L", scaled)


@cache
def _table() -> list[int]:
    return [(value * 255 + 32767) // 65535 for value in range(65536)]


def _starts_with_white(image: Image.Image) -> bool:
    """Whether a TIFF calls white 0. Of 16 bits Pillow leaves it so."""
    return isinstance(image, TiffImagePlugin.TiffImageFile) and image.tag_v2.get(_PHOTOMETRIC) == 0


def _stretched(image: Image.Image) -> Image.Image:
    """32-bit data, which has no white of its own: its darkest value black, its lightest white."""
    low, high = _extrema(image)
    dark, light = (high, low) if _starts_with_white(image) else (low, high)
    scale = 255 / (light - dark) if high > low else 1.0

    def stretched(band: Image.Image) -> Image.Image:
        return band.convert("F").point(lambda value: value * scale - dark * scale).convert("L")

    return in_bands(image, "L", stretched)


def _extrema(image: Image.Image) -> tuple[float, float]:
    """The least and the greatest value, whatever there is beside numbers."""
    found = _span(image)
    if all(map(isfinite, found)):
        return found
    least, greatest = zip(*(_finite(band) for _, band in bands(image)), strict=True)
    return min(least), max(greatest)


def _finite(band: Image.Image) -> tuple[float, float]:
    """Those of its numbers that are finite. What is not does not give 0 if it is taken from itself."""
    from PIL import ImageMath  # here, since few need it and each cold start would pay

    odd = ImageMath.lambda_eval(lambda the: the["band"] - the["band"] != 0, band=band)
    mask = odd.convert("L").point([0] + [255] * 255, "1")
    band.paste(_GREATEST, mask=mask)
    least = _span(band)[0]
    band.paste(-_GREATEST, mask=mask)
    return least, _span(band)[1]


def _span(image: Image.Image) -> tuple[float, float]:
    """The extrema of a picture of one channel, without the other type that Pillow declares."""
    return image.getextrema()  # type: ignore[return-value]
