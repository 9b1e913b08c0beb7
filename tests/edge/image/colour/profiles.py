"""Profiles for the tests of this package, and what becomes of colours with them."""

from __future__ import annotations

from PIL import ImageCms

from tests.edge.image import icc_profiles
from tests.edge.image.pictures import decoded, near, pixel, saved, stripes

Colour = tuple[int, ...]

SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
P3 = icc_profiles.matrix(icc_profiles.DISPLAY_P3, icc_profiles.parametric(3, *icc_profiles.SRGB_CURVE), 4)


def converted(colours: list[Colour], mode: str, profile: bytes, name: str = "png", **options: object) -> list[Colour]:
    """The colours of a variant whose original has ``colours`` and ``profile``."""
    result = decoded(saved(stripes(colours, (16 * len(colours), 16), mode), name, icc_profile=profile, **options))
    return [pixel(result, (index + 0.5) / len(colours), 0.5) for index in range(len(colours))]


def all_near(found: list[Colour], wanted: list[Colour], by: int = 1) -> bool:
    return all(near(a, b, by) for a, b in zip(found, wanted, strict=True))


def tags(profile: bytes) -> list[tuple[bytes, bytes]]:
    """The names and contents of a profile's tags."""
    entries = [profile[at : at + 12] for at in range(132, 132 + 12 * int.from_bytes(profile[128:132]), 12)]
    places = [(entry[:4], int.from_bytes(entry[4:8]), int.from_bytes(entry[8:])) for entry in entries]
    return [(name, profile[start : start + size]) for name, start, size in places]


def chained(times: int) -> bytes:
    """A tag that names one element of 26 KB many times: a thousand times would take lcms a gigabyte and seconds."""
    element = b"clut" + bytes(4) + icc_profiles.u16(3) * 2 + bytes([13] * 3 + [0] * 13) + bytes(13**3 * 12)
    start = 16 + 8 * times
    table = (icc_profiles.u32(start) + icc_profiles.u32(len(element))) * times
    return b"mpet" + bytes(4) + icc_profiles.u16(3) * 2 + icc_profiles.u32(times) + table + element
