"""Chromaticities become the colorants that are published for their colour space."""

from __future__ import annotations

import pytest

from edge.image.colour.primaries import Primaries, colorants
from tests.edge.image import icc_profiles

_D65 = (0.3127, 0.329)


@pytest.mark.parametrize(
    ("primaries", "expected"),
    [
        ((0.64, 0.33, 0.3, 0.6, 0.15, 0.06, *_D65), icc_profiles.SRGB),
        ((0.68, 0.32, 0.265, 0.69, 0.15, 0.06, *_D65), icc_profiles.DISPLAY_P3),
        ((0.64, 0.33, 0.21, 0.71, 0.15, 0.06, *_D65), icc_profiles.ADOBE_RGB),
        ((0.7347, 0.2653, 0.1596, 0.8404, 0.0366, 0.0001, 0.3457, 0.3585), icc_profiles.PRO_PHOTO),
    ],
    ids=["sRGB", "Display P3", "Adobe RGB", "ProPhoto"],
)
def test_colorants_are_the_published_ones(primaries: Primaries, expected: icc_profiles.Matrix) -> None:
    for found, wanted in zip(colorants(primaries), expected, strict=True):
        assert found == pytest.approx(wanted, abs=0.001)


def test_white_is_d50() -> None:
    columns = zip(*colorants((0.64, 0.33, 0.3, 0.6, 0.15, 0.06, *_D65)), strict=True)
    assert [sum(column) for column in columns] == pytest.approx(icc_profiles.D50)


@pytest.mark.parametrize("primaries", [(0.3,) * 8, (0.0,) * 8])
def test_primaries_that_span_no_colour_space_are_an_error(primaries: Primaries) -> None:
    with pytest.raises(ArithmeticError):
        colorants(primaries)
