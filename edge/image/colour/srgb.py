"""From the colours that a profile describes to sRGB, with lcms.

As browsers do it, and for inks with black brought to black: docs/decisions/006-colour.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING

from PIL import Image

from edge.image.colour import icc, source_profile, transfer
from edge.image.colour.icc import COLORANTS, CURVES, GREY, TABLE, Profile
from edge.image.colour.primaries import colorants
from edge.image.colour.transfer import Curve

if TYPE_CHECKING:
    from PIL.ImageCms import Flags, ImageCmsProfile

Conversion = Callable[[Image.Image], Image.Image]

#: No nearer need a colorant or a code be to that of sRGB: nobody sees the difference.
_NEAR, _NEAR_CODE = 0.0015, 1 / 255
_SRGB = colorants(source_profile.BT709)
_SAME = bytes(range(256))


# A profile takes milliseconds to prepare, one for print some dozens. Few are kept, since each may take megabytes.
@lru_cache(maxsize=4)
def conversion(data: bytes, mode: str) -> Conversion | None:
    """What turns pictures of ``mode`` (L, LA, RGB, RGBA, CMYK) and the profile ``data`` into sRGB: L, LA, RGB or RGBA.

    None where that profile is sRGB itself, is broken, or is of other colours than the mode. LAB needs no profile.
    """
    if mode == "LAB":
        return _of_lab()
    profile = _described(icc.parse(data))
    if profile is None or (profile.mode == "CMYK") != (mode == "CMYK") or is_srgb(profile):
        return None
    try:
        return _by_code(profile, mode) if "L" in (profile.mode, mode[0]) else _of_profile(profile, mode)
    except (OSError, ValueError):  # lcms finds it broken
        return None


@lru_cache(maxsize=4)
def is_near_in_light(data: bytes) -> bool:
    """Whether a profile's codes stand for about the light that sRGB's do, as those of most do."""
    profile = _described(icc.parse(data))
    if profile is None:
        return True
    read = [transfer.read(profile.tags[tag]) for tag in (*CURVES, GREY) if tag in profile.tags]
    return TABLE not in profile.tags and all(curve and _MIDDLE[0] < curve(0.5) < _MIDDLE[1] for curve in read)


#: The light of a middle code: that of a gamma of 2.6, and of 1.7.
_MIDDLE = 0.16, 0.31


def _described(profile: Profile | None) -> Profile | None:
    """Of a space that is brighter than white a profile's curves tell only half; its numbers tell all."""
    if profile and profile.cicp and profile.cicp[1] in source_profile.HDR:
        return icc.parse(source_profile.of_cicp(*profile.cicp) or b"")
    return profile


def is_srgb(profile: Profile) -> bool:
    """Whether a profile says sRGB, as most do that cameras and programs write: then there is nothing to turn."""
    if TABLE in profile.tags or not {*COLORANTS, *CURVES} <= set(profile.tags):
        return False
    found = (icc.xyz(profile.tags[name]) for name in COLORANTS)
    near = all(abs(a - b) < _NEAR for pair in zip(found, _SRGB, strict=True) for a, b in zip(*pair, strict=False))
    return near and all(map(_is_srgb_curve, {profile.tags[name] for name in CURVES}))


def _is_srgb_curve(data: bytes) -> bool:
    curve = transfer.read(data)
    return curve is not None and all(
        abs(transfer.srgb_code(light) - code) < _NEAR_CODE for code, light in _probed(curve)
    )


def _probed(curve: Curve) -> Iterator[tuple[float, float]]:
    return ((step / 32, curve(step / 32)) for step in range(1, 33))


def _of_profile(profile: Profile, mode: str, *, exact: bool = False) -> Conversion:
    """``exact`` takes half a microsecond a pixel. Raises `OSError` or `ValueError` where lcms finds it broken."""
    from PIL.ImageCms import Flags, ImageCmsProfile  # here, since few pictures need it and each cold start would pay

    # Ink is never black, and is shown so. What a table for RGB says of (0, 0, 0) need be no black: in XYB it is purple.
    flags = Flags.BLACKPOINTCOMPENSATION if mode == "CMYK" else Flags.NOOPTIMIZE if exact else Flags.HIGHRESPRECALC
    return _prepared(ImageCmsProfile(BytesIO(profile.tobytes())), mode, flags)


def _of_lab() -> Conversion:
    from PIL.ImageCms import Flags, ImageCmsProfile, createProfile

    return _prepared(ImageCmsProfile(createProfile("LAB")), "LAB", Flags.HIGHRESPRECALC)


def _prepared(profile: ImageCmsProfile, mode: str, flags: Flags) -> Conversion:
    from PIL.ImageCms import ImageCmsProfile, ImageCmsTransform, Intent, createProfile

    intent, result = Intent.RELATIVE_COLORIMETRIC, "RGBA" if mode == "RGBA" else "RGB"
    target = ImageCmsProfile(createProfile("sRGB"))
    transform = ImageCmsTransform(profile, target, mode, result, intent, flags=flags)

    def convert(image: Image.Image) -> Image.Image:
        converted = transform.apply(image)
        converted.info.clear()  # of the profile that Pillow leaves there
        return converted

    return convert


def _by_code(profile: Profile, mode: str) -> Conversion:
    """Each code of each channel on its own, as the profile has it for greys: so these need no colours in between, and a
    profile of greys holds for formats, such as WebP, that know only colours."""
    ramp = Image.frombytes("L", (256, 1), _SAME).convert(profile.mode)
    table = _of_profile(profile, profile.mode, exact=True)(ramp).convert("L").tobytes()
    bands = b"".join(_SAME if band == "A" else table for band in Image.getmodebandnames(mode))
    return lambda image: image.point(bands)
