"""Profiles that cannot be used are ignored: the image looks as without one."""

from __future__ import annotations

import pytest
from PIL import ImageCms

from tests.edge.image import icc_profiles
from tests.edge.image.colour.profiles import P3, SRGB, chained, tags
from tests.edge.image.pictures import decoded, quarters, saved, stripes


def table(grid: int, content: bytes) -> bytes:
    """An A2B0 tag (mAB) for RGB with ``grid`` points a side."""
    curves = icc_profiles.parametric(0, 1.0) * 3
    nodes = bytes([grid] * 3 + [0] * 13) + b"\1\0\0\0" + content
    places = (32, 0, 0, 32 + len(curves), 32)
    return b"mAB " + bytes(4) + b"\3\3\0\0" + b"".join(map(icc_profiles.u32, places)) + curves + nodes


LINEAR = dict(tags(icc_profiles.matrix(icc_profiles.DISPLAY_P3, icc_profiles.gamma(1.0))))
LONG = b"curv" + bytes(4) + icc_profiles.u32(16_000_000) + bytes(32)


BROKEN = {
    "cut short in its curves": P3[:-20],
    "cut short in its header": P3[:100],
    "without a curve": icc_profiles.profile("RGB ", {name: data for name, data in LINEAR.items() if name != b"gTRC"}),
    "with a curve of 16 million points": icc_profiles.profile("RGB ", LINEAR | {b"rTRC": LONG}),
    "with a curve of no type": icc_profiles.profile("RGB ", LINEAR | {b"rTRC": b"xxxx" + bytes(12)}),
    "with a table of 16 million points that are not there": icc_profiles.profile(
        "RGB ", LINEAR | {b"A2B0": table(255, b"")}
    ),
    "with a table made of elements": icc_profiles.profile("RGB ", LINEAR | {b"A2B0": chained(3)}),
    "bigger than any": icc_profiles.profile("RGB ", LINEAR | {b"junk": bytes(5 << 20)}),
    "of a device link": icc_profiles.profile("RGB ", LINEAR, kind=b"link"),
    "of inks": icc_profiles.profile(
        "CMYK", {b"A2B0": icc_profiles.lab_table(icc_profiles.inks())}, kind=b"prtr", pcs=b"Lab "
    ),
    "of Lab": ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes(),
    "with more tags than bytes": P3[:128] + b"\xff\xff\xff\xff" + P3[132:140],
    "nothing": b"",
    "no profile": b"no profile",
    "sRGB, cut short in its tags": SRGB[:200],
    "sRGB without tags": SRGB[:128] + bytes(400),
}


@pytest.mark.parametrize("profile", BROKEN.values(), ids=BROKEN.keys())
@pytest.mark.parametrize("name", ["jpeg", "png", "webp"])
def test_an_unusable_profile_is_ignored(profile: bytes, name: str) -> None:
    plain = decoded(saved(quarters(), name))
    assert decoded(saved(quarters(), name, icc_profile=profile)).tobytes() == plain.tobytes()


@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_a_cmyk_profile_is_ignored_for_other_modes(mode: str) -> None:
    image = quarters().convert(mode)
    assert decoded(saved(image, "png", icc_profile=BROKEN["of inks"])).tobytes() == image.tobytes()


def test_an_rgb_profile_is_ignored_for_cmyk() -> None:
    image = stripes([(0, 255, 255, 0), (0, 0, 0, 0)], (32, 16), "CMYK")
    assert decoded(saved(image, "tiff", icc_profile=P3)).tobytes() == decoded(saved(image, "tiff")).tobytes()
