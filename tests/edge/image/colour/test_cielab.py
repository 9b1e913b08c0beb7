"""CIELAB of sRGB."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from edge.image.colour import cielab

VALUES = st.integers(0, 255)


@pytest.mark.parametrize(
    ("colour", "lab"),
    [
        ((255, 255, 255), (100, 0, 0)),
        ((0, 0, 0), (0, 0, 0)),
        ((255, 0, 0), (53.24, 80.09, 67.20)),
        ((0, 255, 0), (87.73, -86.18, 83.18)),
        ((0, 0, 255), (32.30, 79.19, -107.86)),
        ((1, 1, 1), (0.27, 0, 0)),
    ],
)
def test_known_colours(colour: cielab.Colour, lab: cielab.Lab) -> None:
    """http://www.brucelindbloom.com/index.html?ColorCalculator.html"""
    assert cielab.to_lab(colour) == pytest.approx(lab, abs=0.02)


@given(red=VALUES, green=VALUES, blue=VALUES)
def test_there_and_back(red: int, green: int, blue: int) -> None:
    assert cielab.to_rgb(cielab.to_lab((red, green, blue))) == (red, green, blue)


@given(st.tuples(*[st.floats(-500, 500)] * 3))
def test_colours_that_no_screen_has_are_cut_off(lab: cielab.Lab) -> None:
    assert all(0 <= value <= 255 for value in cielab.to_rgb(lab))


def test_the_luminance_and_lightness_of_a_gray_are_its_own() -> None:
    ramp = Image.frombytes("L", (256, 1), bytes(range(256)))
    assert cielab.luminance(ramp) is ramp
    assert cielab.luminance(ramp.convert("RGB")).tobytes() == ramp.tobytes()
    lightness = [int(cielab.to_lab((value, value, value))[0] + 1e-9) for value in range(256)]
    assert list(cielab.whole_lightness(ramp).tobytes()) == pytest.approx(lightness, abs=1)
    assert cielab.whole_lightness(ramp.convert("RGB")).tobytes()[-1] == 100


def test_luminance_is_measured_in_light() -> None:
    """A pure colour's share of the light, encoded again."""
    colours = Image.new("RGB", (3, 1))
    for x, colour in enumerate([(255, 0, 0), (0, 255, 0), (0, 0, 255)]):
        colours.putpixel((x, 0), colour)
    assert list(cielab.luminance(colours).tobytes()) == [127, 220, 76]
