"""The mask of an ellipse."""

from __future__ import annotations

from math import pi

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ImageOps

from edge.image.transform.ellipse import ellipse_mask

NUMBERS = st.floats(-1e4, 1e4) | st.sampled_from([0.0, 0.5, 8.0, 16.0])


@pytest.mark.parametrize(("rx", "ry"), [(3.0, 3.0), (20.5, 7.25), (49.0, 49.0), (0.4, 0.4)])
def test_its_area_is_the_ellipses(rx: float, ry: float) -> None:
    mask = ellipse_mask((100, 100), (50, 50), (rx, ry))
    assert sum(mask.tobytes()) / 255 == pytest.approx(pi * rx * ry, rel=0.02, abs=0.05)


def test_it_is_symmetric() -> None:
    mask = ellipse_mask((41, 30), (20.5, 15), (17.3, 11.8))
    assert ImageOps.mirror(mask).tobytes() == mask.tobytes()
    assert ImageOps.flip(mask).tobytes() == mask.tobytes()


def test_its_edge_is_smooth_and_its_inside_is_whole() -> None:
    row = ellipse_mask((60, 60), (30, 30), (20, 20)).crop((0, 30, 60, 31)).tobytes()
    assert row[11:49] == b"\xff" * 38
    assert row[:10] == bytes(10)


@given(x=NUMBERS, y=NUMBERS, rx=NUMBERS, ry=NUMBERS)
def test_any_numbers_give_a_mask_of_that_size(x: float, y: float, rx: float, ry: float) -> None:
    mask = ellipse_mask((16, 9), (x, y), (rx, ry))
    assert (mask.mode, mask.size) == ("L", (16, 9))


def test_it_is_cut_off_at_the_edges() -> None:
    whole = ellipse_mask((40, 40), (20, 20), (15, 9))
    corner = ellipse_mask((20, 20), (0, 0), (15, 9))
    assert corner.tobytes() == whole.crop((20, 20, 40, 40)).tobytes()
