"""Converting the colours of a profile to sRGB, with lcms.

The results are those of browsers, with black point compensation for inks: docs/decisions/006-colour.md.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING

from PIL import Image

from edge.image.colour.icc import Profile, bounded
from edge.image.colour.srgb_profiles import effective_profile, is_srgb

if TYPE_CHECKING:
    from PIL.ImageCms import Flags, ImageCmsProfile

Conversion = Callable[[Image.Image], Image.Image]

_ALL_VALUES = bytes(range(256))


def to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """``image`` (L, LA, RGB, RGBA, CMYK, LAB) in sRGB: L, LA, RGB or RGBA.

    A profile that is broken, or of another colour space than the image, is ignored.
    """
    convert = conversion(bounded(profile), image.mode)
    if convert is not None:
        return convert(image)
    # Without a profile the inks are unknown: as in browsers, each removes its share of the light.
    return image.convert("RGB") if image.mode == "CMYK" else image


# Preparing takes milliseconds, for a printer's profile dozens. Few are cached, since each may take megabytes.
@lru_cache(maxsize=4)
def conversion(data: bytes, mode: str) -> Conversion | None:
    """A function that converts images of ``mode`` (L, LA, RGB, RGBA, CMYK, LAB) from the profile ``data`` to sRGB.

    None if that profile is sRGB itself, is broken, or is of another colour space than the mode. LAB needs no profile.
    """
    if mode == "LAB":
        return _lab_conversion()
    profile = effective_profile(data)
    if profile is None or (profile.mode == "CMYK") != (mode == "CMYK") or is_srgb(profile):
        return None
    try:
        return _by_table(profile, mode) if "L" in (profile.mode, mode[0]) else _by_profile(profile, mode)
    except (OSError, ValueError):
        # lcms rejects the profile.
        return None


def _by_profile(profile: Profile, mode: str, *, exact: bool = False) -> Conversion:
    """``exact`` takes half a microsecond a pixel. Raises `OSError` or `ValueError` if lcms rejects the profile."""
    from PIL.ImageCms import Flags, ImageCmsProfile  # imported late: few images need it, every cold start would pay

    # Ink is never quite black, yet is shown black. An RGB table may give (0, 0, 0) another colour: in XYB it is purple.
    flags = Flags.BLACKPOINTCOMPENSATION if mode == "CMYK" else Flags.NOOPTIMIZE if exact else Flags.HIGHRESPRECALC
    return _lcms_conversion(ImageCmsProfile(BytesIO(profile.tobytes())), mode, flags)


def _lab_conversion() -> Conversion:
    from PIL.ImageCms import Flags, ImageCmsProfile, createProfile

    return _lcms_conversion(ImageCmsProfile(createProfile("LAB")), "LAB", Flags.HIGHRESPRECALC)


def _lcms_conversion(profile: ImageCmsProfile, mode: str, flags: Flags) -> Conversion:
    from PIL.ImageCms import ImageCmsProfile, ImageCmsTransform, Intent, createProfile

    intent, result = Intent.RELATIVE_COLORIMETRIC, "RGBA" if mode == "RGBA" else "RGB"
    target = ImageCmsProfile(createProfile("sRGB"))
    transform = ImageCmsTransform(profile, target, mode, result, intent, flags=flags)

    def convert(image: Image.Image) -> Image.Image:
        converted = transform.apply(image)
        converted.info.clear()  # Pillow leaves the profile there
        return converted

    return convert


def _by_table(profile: Profile, mode: str) -> Conversion:
    """Converts each band by a table, made from what the profile says of greys.

    Greys need nothing more, and so a grey profile also works for formats, such as WebP, that have only colours.
    """
    ramp = Image.frombytes("L", (256, 1), _ALL_VALUES).convert(profile.mode)
    table = _by_profile(profile, profile.mode, exact=True)(ramp).convert("L").tobytes()
    tables = b"".join(_ALL_VALUES if band == "A" else table for band in Image.getmodebandnames(mode))
    return lambda image: image.point(tables)
