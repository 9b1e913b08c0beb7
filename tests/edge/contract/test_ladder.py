"""Sizes are raised to the ladder."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.contract.ladder import Ladder
from edge.contract.recipe import Recipe, make_recipe
from tests.edge.contract.strategies import POLICY, sides

_ladders = st.lists(st.integers(1, 500), min_size=1, max_size=4, unique=True).map(lambda rungs: tuple(sorted(rungs)))
_ratios = st.lists(st.tuples(*[st.integers(1, 40)] * 2), min_size=1, max_size=4, unique=True).map(tuple)


@given(_ladders, _ratios, st.integers(1, 600), st.integers(1, 600))
def test_with_any_ladder_exactly_the_listed_sizes_stay_as_they_are(
    ladder: tuple[int, ...], ratios: tuple[tuple[int, int], ...], width: int, height: int
) -> None:
    """However close its ratios are to each other, and however their sides are rounded."""
    policy = replace(POLICY, ladder=ladder, ratios=ratios)
    for recipe in policy.unsigned():
        assert policy.snap(recipe) == recipe
    for options in ({"width": width, "height": height}, {"width": width}, {"height": height, "blur": 1}):
        snapped = policy.snap(make_recipe(options))
        assert (snapped in policy.unsigned()) is policy.on_ladder(snapped) is ("blur" not in options)


@given(sides, sides)
def test_a_size_is_raised_unless_it_is_above_the_top_rung(width: int, height: int) -> None:
    snapped = POLICY.snap(make_recipe({"width": width, "height": height}))
    assert isinstance(snapped, Recipe)
    top = POLICY.ladder[-1]
    assert max(snapped.width, snapped.height) == top or (snapped.width >= width and snapped.height >= height)


LADDER = Ladder((100, 200), ((1, 1), (4, 3), (3, 4), (16, 9)))


@pytest.mark.parametrize(
    ("size", "snapped"),
    [
        ((150, 110), (200, 150)),
        ((110, 150), (150, 200)),
        ((100, 70), (100, 75)),  # the width is on the rung
        ((90, 75), (100, 75)),  # the height is that of the rung's box
        ((95, 80), (200, 150)),  # the height is above that of the rung's box
        ((300, 225), (200, 150)),  # above the top rung
        ((160, 90), (200, 112)),
        ((130, 0), (200, 0)),
        ((0, 100), (0, 100)),
    ],
)
def test_a_size_becomes_the_next_box_in_the_nearest_ratio(size: tuple[int, int], snapped: tuple[int, int]) -> None:
    assert LADDER.snap(*size) == snapped


def test_a_side_of_a_narrow_box_has_at_least_one_pixel() -> None:
    assert Ladder((10,), ((40, 1), (1, 40))).boxes == {(10, 1), (1, 10)}
