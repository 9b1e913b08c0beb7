"""The ladder bounds what visitors can have made; rev follows what changes bytes."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.contract.policy import BAKED, Policy
from edge.contract.recipe import Recipe, make_recipe
from tests.edge.contract.strategies import POLICY, recipes, sides


@given(recipes())
def test_snapping_twice_is_snapping_once(recipe: Recipe) -> None:
    snapped = POLICY.snap(recipe)
    assert POLICY.snap(snapped) == snapped


@given(sides, sides)
def test_unsigned_sizes_are_all_among_the_counted_ones(width: int, height: int) -> None:
    snapped = POLICY.snap(make_recipe({"width": width, "height": height}))
    assert snapped in POLICY.unsigned()
    assert POLICY.on_ladder(snapped)


def test_every_counted_recipe_is_served_as_it_is() -> None:
    for recipe in POLICY.unsigned():
        assert POLICY.snap(recipe) == recipe
        assert POLICY.on_ladder(recipe)


_ladders = st.lists(st.integers(1, 500), min_size=1, max_size=4, unique=True).map(lambda rungs: tuple(sorted(rungs)))
_ratios = st.lists(st.tuples(*[st.integers(1, 40)] * 2), min_size=1, max_size=4, unique=True).map(tuple)


@given(_ladders, _ratios, st.integers(1, 600), st.integers(1, 600))
def test_whatever_the_ladder_what_it_lists_is_served_as_it_is_and_nothing_else(
    ladder: tuple[int, ...], ratios: tuple[tuple[int, int], ...], width: int, height: int
) -> None:
    """However near to each other its ratios are, and however their boxes are rounded."""
    own = replace(POLICY, ladder=ladder, ratios=ratios)
    for recipe in own.unsigned():
        assert own.snap(recipe) == recipe
    for options in ({"width": width, "height": height}, {"width": width}, {"height": height, "blur": 1}):
        snapped = own.snap(make_recipe(options))
        assert (snapped in own.unsigned()) is own.on_ladder(snapped) is ("blur" not in options)


@given(sides, sides)
def test_a_size_is_raised_and_never_lowered_below_the_top(width: int, height: int) -> None:
    snapped = POLICY.snap(make_recipe({"width": width, "height": height}))
    assert isinstance(snapped, Recipe)
    top = POLICY.ladder[-1]
    assert max(snapped.width, snapped.height) == top or (snapped.width >= width and snapped.height >= height)


def test_the_number_of_unsigned_variants_is_known() -> None:
    rungs, ratios, fits, classes = len(POLICY.ladder), len(POLICY.ratios), 2, 6
    assert POLICY.count_unsigned(presets=3) <= (1 + 2 * rungs + rungs * ratios * fits + 3) * classes
    assert POLICY.count_unsigned(presets=3) == POLICY.count_unsigned() + 3 * classes


def test_the_sizes_that_the_brief_names_are_rungs() -> None:
    assert {150, 300, 600} <= set(POLICY.ladder)


def test_rev_changes_with_what_changes_bytes_and_with_nothing_else() -> None:
    assert replace(POLICY, quality=60).rev != POLICY.rev
    assert replace(POLICY, full_side=100).rev != POLICY.rev
    assert replace(POLICY, copyright=True).rev != POLICY.rev
    assert replace(POLICY, secret="other", signed="always", ladder=(10,)).rev == POLICY.rev


@pytest.mark.parametrize(
    ("change", "names"),
    [
        ({"signed": "never"}, "signed"),
        ({"ladder": []}, "ladder"),
        ({"ladder": [9999]}, "ladder"),
        ({"laddr": 1}, "laddr"),
        ({"copyright": "yes"}, "copyright"),
    ],
)
def test_a_wrong_policy_is_refused_with_what_is_wrong(change: dict[str, object], names: str) -> None:
    with pytest.raises(ValueError, match=names):
        Policy.parse(json.dumps({**json.loads(BAKED.read_text()), **change}))
