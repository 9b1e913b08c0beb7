"""What is known of an original once its header is read."""

from __future__ import annotations

from dataclasses import replace

import pytest

from edge.contract.recipe import Recipe
from edge.image import Source, geometry
from tests.edge.image.pictures import POLICY

RULES = replace(POLICY, max_frames=10, max_animation_pixels=12_000, max_animation_source_pixels=30_000)


@pytest.mark.parametrize(
    ("frames", "width", "moves"), [(1, 40, False), (2, 40, True), (10, 100, True), (11, 10, False), (10, 101, False)]
)
def test_an_animation_moves_up_to_a_number_of_frames_and_of_decoded_pixels(
    frames: int, width: int, moves: bool
) -> None:
    assert Source("gif", width, 30, frames).moves_within(RULES) is moves


def test_a_variant_moves_up_to_a_number_of_its_own_pixels() -> None:
    source = Source("gif", 100, 30, 10)
    assert source.moves_at((60, 20), RULES)
    assert not source.moves_at((61, 20), RULES)
    assert not Source("gif", 101, 30, 10).moves_at((1, 1), RULES)


@pytest.mark.parametrize(
    ("width", "height", "frames"),
    [(100, 30, 10), (30, 100, 10), (40, 30, 10), (1500, 1, 10), (1, 1500, 10), (1499, 2, 7), (978, 720, 3)],
)
def test_the_largest_moving_width_is_the_last_that_moves(width: int, height: int, frames: int) -> None:
    source, policy = Source("gif", width, height, frames), replace(RULES, max_animation_source_pixels=9_999_999)
    moving = [each for each in range(1, width + 1) if source.moves_at(_scaled(source, each), policy)]
    assert source.largest_moving_width(policy) == len(moving) == max(moving, default=0)


def test_no_width_of_an_image_that_does_not_move_is_the_largest() -> None:
    assert Source("gif", 40, 30, 1).largest_moving_width(RULES) == 0
    assert Source("gif", 40, 30, 11).largest_moving_width(RULES) == 0


def test_an_animation_of_88_megapixels_moves_where_it_is_small() -> None:
    source = Source("gif", 978, 720, 125)
    assert source.moves_at((300, 221), POLICY)
    assert not source.moves_at((978, 720), POLICY)
    assert source.largest_moving_width(POLICY) == 736


def _scaled(source: Source, width: int) -> tuple[int, int]:
    return geometry.lay_out(source.size, Recipe(width, 0), POLICY).canvas
