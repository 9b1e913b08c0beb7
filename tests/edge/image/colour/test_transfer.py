"""Transfer curves: from encoded values to light."""

from __future__ import annotations

import pytest

from edge.image.colour import transfer
from tests.edge.image import icc_profiles

VALUES = [step / 64 for step in range(65)]
CURVES = {
    "srgb": transfer.srgb,
    "gamma 2.2": transfer.power(2.2),
    "pq": transfer.pq,
    "hlg": transfer.hlg,
}


@pytest.mark.parametrize("curve", CURVES.values(), ids=CURVES)
def test_curves_rise_from_black_to_white(curve: transfer.Curve) -> None:
    light = [curve(value) for value in VALUES]
    assert light == sorted(light)
    assert light[0] == pytest.approx(0, abs=1e-6)
    assert light[-1] == pytest.approx(1, abs=1e-6)


def test_srgb_and_its_inverse() -> None:
    for value in VALUES:
        assert transfer.srgb(value) == pytest.approx(icc_profiles.srgb_light(255 * value), abs=1e-6)
        assert transfer.inverse_srgb(transfer.srgb(value)) == pytest.approx(value, abs=1e-6)


def test_a_gamma_is_a_power() -> None:
    assert transfer.power(1.8)(0.5) == pytest.approx(0.5**1.8)


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        (icc_profiles.gamma(2.2), 0.5**2.19921875),
        (icc_profiles.points([0.0, 0.1, 1.0]), 0.1),
        (icc_profiles.points([0.0, 0.2]), 0.1),
        (b"curv" + bytes(8), 0.5),
        (icc_profiles.parametric(0, 1.8), 0.5**1.8),
        (icc_profiles.parametric(3, *icc_profiles.SRGB_CURVE), icc_profiles.srgb_light(127.5)),
        (icc_profiles.parametric(3, 2.0, 1.0, 0.0, 0.25, 0.75), 0.125),
    ],
    ids=["gamma", "points", "two points", "no points", "parametric gamma", "parametric sRGB", "linear segment"],
)
def test_curves_of_profiles_are_parsed(tag: bytes, expected: float) -> None:
    curve = transfer.parse_curve(tag)
    assert curve is not None
    assert curve(0.5) == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize("tag", [icc_profiles.parametric(1, 1.0, 1.0, 0.0), icc_profiles.parametric(3, 1.0), b"para"])
def test_other_parametric_curves_are_not_supported(tag: bytes) -> None:
    assert transfer.parse_curve(tag) is None
