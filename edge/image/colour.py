"""Colours: every way in which files store them, to 8-bit sRGB with or without transparency."""

from __future__ import annotations

from functools import cache
from math import isfinite

from PIL import ExifTags, Image, TiffImagePlugin

from edge.image import srgb
from edge.image.bands import bands, in_bands

_AS_IT_IS = frozenset({"L", "RGB", "LA", "CMYK", "LAB"})
_SIXTEEN_BIT = frozenset({"I;16", "I;16B", "I;16L", "I;16N"})


def working(image: Image.Image) -> Image.Image:
    """``image`` in a mode that can be resized: L, LA, RGB, RGBA or, until they become sRGB, CMYK and LAB."""
    if image.mode in _SIXTEEN_BIT:
        image = _from_16_bit(image)
    elif image.mode in ("I", "F"):
        image = _stretched(image)
    elif image.mode == "La":
        image = image.convert("LA")
    if image.has_transparency_data:
        return _without_idle_alpha(image if image.mode in ("LA", "RGBA") else image.convert("RGBA"))
    if image.mode in _AS_IT_IS:
        return image
    return image.convert("L" if image.mode == "1" else "RGB")


def _without_idle_alpha(image: Image.Image) -> Image.Image:
    return image if is_transparent(image) else image.convert(image.mode[:-1])


def is_transparent(image: Image.Image) -> bool:
    """Whether any pixel lets something through."""
    return image.mode.endswith("A") and image.getchannel("A").getextrema()[0] != 255


def _from_16_bit(image: Image.Image) -> Image.Image:
    """Scaled, where Pillow's own conversion would clip."""
    transparent = image.info.get("transparency")
    seen = [0 if value == transparent else 255 for value in range(65536)] if isinstance(transparent, int) else None
    table = _to_8_bit()[::-1] if _starts_with_white(image) else _to_8_bit()

    def scaled(band: Image.Image) -> Image.Image:
        wide = band.convert("I")
        grey = wide.point(table, "L")
        if seen:
            grey.putalpha(wide.point(seen, "L"))
        return grey

    return in_bands(image, "LA" if seen else "L", scaled)


@cache
def _to_8_bit() -> list[int]:
    return [(value * 255 + 32767) // 65535 for value in range(65536)]


def _starts_with_white(image: Image.Image) -> bool:
    """Whether a TIFF calls white 0. Of 16 bits Pillow leaves it so."""
    return isinstance(image, TiffImagePlugin.TiffImageFile) and image.tag_v2.get(_PHOTOMETRIC) == 0


_PHOTOMETRIC = ExifTags.Base.PhotometricInterpretation


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


#: Of 32-bit numbers: https://en.wikipedia.org/wiki/Single-precision_floating-point_format
_GREATEST = 3.4028234663852886e38


def to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """``image`` (L, LA, RGB, RGBA, CMYK, LAB) in sRGB: L, LA, RGB or RGBA. A profile that is broken or of another
    colour space is as none."""
    convert = srgb.conversion(profile or b"", image.mode)
    if convert is not None:
        return convert(image)
    # The inks of an unknown press, as browsers show them: each takes away its share of the light.
    return image.convert("RGB") if image.mode == "CMYK" else image


def rgba(bg: str) -> tuple[int, int, int, int]:
    """A recipe's colour, ``rrggbb`` or ``rrggbbaa``."""
    red, green, blue, alpha = bytes.fromhex(bg.ljust(8, "f"))
    return red, green, blue, alpha


def mode_on(image: Image.Image, bg: str) -> str:
    """The mode that holds both ``image`` and the ground round it."""
    return "RGBA" if image.mode.endswith("A") or rgba(bg)[3] < 255 else "RGB"


def flatten(image: Image.Image, bg: str) -> Image.Image:
    """``image`` on an opaque ground."""
    if not image.mode.endswith("A"):
        return image
    ground = Image.new("RGB", image.size, rgba(bg)[:3])
    ground.paste(image.convert("RGB"), mask=image.getchannel("A"))
    return ground


def pad(image: Image.Image, canvas: tuple[int, int], offset: tuple[int, int], bg: str) -> Image.Image:
    """``image`` on a canvas of ``bg``, which may be transparent itself."""
    if canvas == image.size:
        return image
    mode = mode_on(image, bg)
    ground = Image.new(mode, canvas, rgba(bg)[: len(mode)])
    ground.paste(image.convert(mode), offset)
    return ground
