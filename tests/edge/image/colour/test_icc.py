"""Parsing and building ICC profiles."""

from __future__ import annotations

import pytest

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


def test_a_built_profile_can_be_parsed() -> None:
    parsed = icc.parse_profile(icc.build_profile(icc_profiles.ADOBE_RGB, lambda value: value**2))
    assert parsed is not None
    assert parsed.mode == "RGB"
    for name, wanted in zip(icc.COLORANTS, icc_profiles.ADOBE_RGB, strict=True):
        assert icc.parse_xyz(parsed.tags[name]) == pytest.approx(wanted, abs=1e-4)
    assert set(parsed.tags) == {*icc.COLORANTS, *icc.CURVES}
    again = icc.parse_profile(parsed.tobytes())
    assert again is not None
    assert again.tags == parsed.tags


def test_cicp_numbers_are_read_from_their_tag() -> None:
    tag = b"cicp" + bytes(4) + bytes((9, 16, 0, 1))
    for data, expected in ((tag, (9, 16)), (tag[:9], None)):
        parsed = icc.parse_profile(icc_profiles.profile("RGB ", dict(tags(P3)) | {b"cicp": data}, 4))
        assert parsed is not None
        assert parsed.cicp == expected


def test_a_profile_above_the_limit_is_not_parsed() -> None:
    padding = {b"desc": bytes(icc.MAX_BYTES - len(P3))}
    assert icc.parse_profile(icc_profiles.profile("RGB ", dict(tags(P3)) | padding)) is None
