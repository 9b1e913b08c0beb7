"""Which profiles count as sRGB."""

from __future__ import annotations

from edge.image.colour import srgb
from tests.edge.image import icc_profiles
from tests.edge.image.colour.profiles import P3, SRGB, tags
from tests.edge.image.pictures import decoded, quarters, saved


def test_profiles_that_describe_srgb_change_nothing() -> None:
    points = icc_profiles.points([icc_profiles.srgb_light(step * 255 / 1023) for step in range(1024)])
    rounded = [[round(value, 3) for value in colour] for colour in icc_profiles.SRGB]
    for profile in (
        SRGB,
        icc_profiles.matrix(icc_profiles.SRGB, points),
        icc_profiles.matrix(rounded, points),
        icc_profiles.matrix(icc_profiles.SRGB, icc_profiles.parametric(3, *icc_profiles.SRGB_CURVE), 4),
    ):
        assert srgb.conversion(profile, "RGB") is None
        assert decoded(saved(quarters(), "png", icc_profile=profile)).tobytes() == quarters().tobytes()


def test_profiles_that_only_resemble_srgb_are_converted() -> None:
    points = icc_profiles.points([icc_profiles.srgb_light(step * 255 / 1023) for step in range(1024)])
    lifted = [[value * 1.02 for value in icc_profiles.SRGB[0]], *icc_profiles.SRGB[1:]]
    for profile in (
        icc_profiles.matrix(icc_profiles.SRGB, icc_profiles.gamma(2.2)),
        icc_profiles.matrix(lifted, points),
        P3,
    ):
        assert srgb.conversion(profile, "RGB") is not None
    one_curve = icc_profiles.profile(
        "RGB ", dict(tags(icc_profiles.matrix(icc_profiles.SRGB, points))) | {b"bTRC": icc_profiles.gamma(1.8)}
    )
    assert srgb.conversion(one_curve, "RGB") is not None
