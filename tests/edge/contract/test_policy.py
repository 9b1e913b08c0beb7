"""The policy: which recipes need no signature, and when rev changes."""

from __future__ import annotations

import json
import re
from dataclasses import FrozenInstanceError, replace

import pytest
from hypothesis import given

from edge.contract.errors import BadRequest
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


def test_a_side_may_have_max_side_pixels_and_a_larger_one_is_named() -> None:
    most = POLICY.max_side
    POLICY.check_limits(Recipe(most, most))
    with pytest.raises(BadRequest, match=f"^w={most + 1} is too large. w must be at most {most}.$"):
        POLICY.check_limits(Recipe(most + 1, most))
    with pytest.raises(BadRequest, match=f"^h={most + 1} is too large"):
        POLICY.check_limits(Recipe(most, most + 1))


def test_the_copyright_is_removed_unless_the_policy_keeps_it() -> None:
    values = json.loads(BAKED.read_text())
    values.pop("copyright", None)
    assert Policy.parse(json.dumps(values)).copyright is False


def test_a_policy_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        POLICY.quality = 1  # type: ignore[misc]


def test_the_top_rung_may_have_max_side_pixels() -> None:
    values = json.loads(BAKED.read_text())
    assert Policy.parse(json.dumps({**values, "ladder": [values["max_side"], 300]})).ladder == (300, values["max_side"])


def test_150_300_and_600_pixels_are_rungs() -> None:
    assert {150, 300, 600} <= set(POLICY.ladder)


def test_rev_changes_exactly_with_what_changes_bytes() -> None:
    assert re.fullmatch("[0-9a-f]{8}", POLICY.rev)
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
        ({"ladder": [300, 9999]}, "ladder"),
        ({"laddr": 1}, "laddr"),
        ({"copyright": "yes"}, "copyright"),
    ],
)
def test_an_invalid_policy_is_rejected_with_the_name_of_the_wrong_value(change: dict[str, object], names: str) -> None:
    with pytest.raises(ValueError, match=names):
        Policy.parse(json.dumps({**json.loads(BAKED.read_text()), **change}))
