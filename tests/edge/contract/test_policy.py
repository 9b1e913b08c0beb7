"""The policy: which recipes need no signature, and when rev changes."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given

from edge.contract.policy import BAKED, Policy
from edge.contract.recipe import Recipe, make_recipe
from tests.edge.contract.strategies import POLICY, recipes, sides


@given(recipes())
def test_snapping_twice_is_snapping_once(recipe: Recipe) -> None:
    snapped = POLICY.snap(recipe)
    assert POLICY.snap(snapped) == snapped


@given(sides, sides)
def test_every_size_snaps_to_an_unsigned_recipe(width: int, height: int) -> None:
    snapped = POLICY.snap(make_recipe({"width": width, "height": height}))
    assert snapped in POLICY.unsigned()
    assert POLICY.on_ladder(snapped)


def test_every_unsigned_recipe_is_served_unchanged() -> None:
    for recipe in POLICY.unsigned():
        assert POLICY.snap(recipe) == recipe
        assert POLICY.on_ladder(recipe)


def test_the_number_of_unsigned_variants_is_bounded() -> None:
    rungs, ratios, fits, classes = len(POLICY.ladder), len(POLICY.ratios), 2, 6
    assert POLICY.count_unsigned(presets=3) <= (1 + 2 * rungs + rungs * ratios * fits + 3) * classes
    assert POLICY.count_unsigned(presets=3) == POLICY.count_unsigned() + 3 * classes


def test_150_300_and_600_pixels_are_rungs() -> None:
    assert {150, 300, 600} <= set(POLICY.ladder)


def test_rev_changes_exactly_with_what_changes_bytes() -> None:
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
def test_an_invalid_policy_is_rejected_with_the_name_of_the_wrong_value(change: dict[str, object], names: str) -> None:
    with pytest.raises(ValueError, match=names):
        Policy.parse(json.dumps({**json.loads(BAKED.read_text()), **change}))
