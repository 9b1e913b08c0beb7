"""Edits: equal ones share a slug, which stands for nothing by itself."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from edge.contract.edits import Edits, as_edits, is_edits_slug
from edge.contract.errors import BadRequest
from edge.contract.operations import make_operation
from edge.contract.recipe import Recipe, make_recipe
from edge.contract.variant_key import VariantKey

EDITS = Edits(make_recipe({"width": 300}))


def test_equal_edits_have_one_slug_that_a_variant_key_can_hold() -> None:
    assert EDITS.slug == Edits(Recipe(width=300)).slug
    assert re.fullmatch(r"x\.[0-9a-f]{32}", EDITS.slug)
    key = VariantKey("a.jpg", "00000001", "00000002", EDITS.slug, "webp")
    assert VariantKey.parse(str(key)) == key


@pytest.mark.parametrize(
    "change",
    [
        {"recipe": Recipe(height=300)},
        {"area": (0, 0, 1, 1)},
        {"ratio": 0.5},
        {"upright": False},
        {"moving": False},
        {"operations": (make_operation("negate"),)},
    ],
)
def test_every_part_counts(change: dict[str, object]) -> None:
    changed = replace(EDITS, **change)  # type: ignore[arg-type]
    assert changed.slug != EDITS.slug
    assert changed.is_recipe == ("recipe" in change)


def test_a_recipe_is_edits_too_and_its_slug_is_no_hash() -> None:
    assert as_edits(EDITS.recipe) == as_edits(EDITS) == EDITS
    assert is_edits_slug(EDITS.slug)
    assert not any(is_edits_slug(each.slug) for each in (Recipe(), EDITS.recipe))


def test_nothing_can_be_rendered_by_the_slug_alone() -> None:
    with pytest.raises(BadRequest):
        VariantKey("a.jpg", "00000001", "00000002", EDITS.slug, "webp").recipe()
