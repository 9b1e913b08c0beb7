"""Changing lightness, saturation and hue of images in floats."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from edge.image.colour import cielab
from edge.image.colour.lab_adjustment import LabAdjustment
from tests.edge.image.pictures import noise

COLOURS = [(0, 0, 0), (255, 255, 255), (200, 30, 40), (12, 9, 250), (3, 200, 90), (128, 128, 128), (1, 2, 3)]


@pytest.mark.parametrize("adjustment", [LabAdjustment(), LabAdjustment(1.4, -12), LabAdjustment(0.7, 9, -0.5, 0.8)])
def test_images_change_as_single_colours_do(adjustment: LabAdjustment) -> None:
    image = Image.new("RGB", (len(COLOURS), 1))
    for x, colour in enumerate(COLOURS):
        image.putpixel((x, 0), colour)
    result = adjustment.apply(image)
    for x, colour in enumerate(COLOURS):
        lightness, a, b = cielab.to_lab(colour)
        turned = complex(a, b) * complex(adjustment.real, adjustment.imaginary)
        expected = cielab.to_rgb((lightness * adjustment.factor + adjustment.offset, turned.real, turned.imag))
        assert result.getpixel((x, 0)) == pytest.approx(expected, abs=1)


def test_a_gray_image_changes_like_the_same_in_colour() -> None:
    ramp, adjustment = Image.frombytes("L", (256, 1), bytes(range(256))), LabAdjustment(1.3, -20, 0.5)
    colours = adjustment.apply(ramp.convert("RGB"))
    gray = adjustment.apply(ramp)
    assert gray.mode == "L"
    assert all(
        abs(one - other) <= 1 for one, other in zip(gray.tobytes(), colours.getchannel("G").tobytes(), strict=True)
    )


@given(st.floats(-100, 100), st.floats(-1000, 1000), st.floats(-50, 50), st.floats(-50, 50))
def test_any_numbers_give_an_image(factor: float, offset: float, real: float, imaginary: float) -> None:
    image = noise((5, 4), "RGB")
    result = LabAdjustment(factor, offset, real, imaginary).apply(image)
    assert (result.mode, result.size) == ("RGB", (5, 4))
