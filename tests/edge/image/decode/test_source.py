"""What is known of an original once its header is read."""

from __future__ import annotations

from dataclasses import replace

import pytest

from edge.image import Source
from tests.edge.image.pictures import POLICY

RULES = replace(POLICY, max_frames=10, max_animation_pixels=12_000)


@pytest.mark.parametrize(
    ("frames", "width", "moves"), [(1, 40, False), (2, 40, True), (10, 40, True), (11, 10, False), (10, 41, False)]
)
def test_an_animation_moves_up_to_a_number_of_frames_and_of_pixels(frames: int, width: int, moves: bool) -> None:
    assert Source("gif", width, 30, frames).moves_within(RULES) is moves
