"""Parsing and building ICC profiles."""

from __future__ import annotations

from edge.image.colour import icc
from tests.edge.image import icc_profiles
from tests.edge.image.colour.profiles import P3, chained, converted, tags


def test_tags_that_chain_elements_are_left_out() -> None:
    body = P3[:128] + icc_profiles.profile("RGB ", {b"D2B0": chained(50_000), **dict(tags(P3))}, 4)[128:]
    wanted = icc_profiles.from_light(
        icc_profiles.DISPLAY_P3, [icc_profiles.srgb_light(code) for code in (130, 90, 200)]
    )
    assert converted([(130, 90, 200)], "RGB", body) == [wanted]
    parsed = icc.parse_profile(body)
    assert parsed is not None
    assert len(parsed.tobytes()) < 1000


def test_a_png_may_hold_a_profile_of_megabytes() -> None:
    """Pillow's default limit would refuse the file."""
    profile = icc_profiles.profile("RGB ", {b"desc": bytes(2 << 20), **dict(tags(P3))}, 4)
    wanted = icc_profiles.from_light(
        icc_profiles.DISPLAY_P3, [icc_profiles.srgb_light(code) for code in (130, 90, 200)]
    )
    assert converted([(130, 90, 200)], "RGB", profile) == [wanted]
