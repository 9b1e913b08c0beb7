"""Slugs: one for each recipe and preset, and each parses back."""

from __future__ import annotations

import re

import pytest
from hypothesis import given

from edge.contract.errors import BadRequest
from edge.contract.recipe import PresetRef, Recipe, make_recipe
from edge.contract.slug import parse_slug
from tests.edge.contract.strategies import recipes_and_presets


@given(recipes_and_presets)
def test_parsing_reverses_spelling(recipe: Recipe | PresetRef) -> None:
    assert parse_slug(recipe.slug) == recipe


@given(recipes_and_presets)
def test_a_slug_has_only_characters_that_a_variant_key_allows(recipe: Recipe | PresetRef) -> None:
    assert re.fullmatch(r"[a-z0-9_.-]{1,120}", recipe.slug)


@pytest.mark.parametrize(
    ("options", "slug"),
    [
        ({}, "full"),
        ({"width": 300}, "w300"),
        ({"width": 300, "height": 300}, "w300_h300_fcover"),
        ({"width": 300, "height": 300, "fit": "inside"}, "w300_h300_finside"),
        ({"width": 300, "height": 300, "gravity": (310, 420)}, "w300_h300_fcover_g310-420"),
        ({"height": 20, "up": True, "flip": True, "grayscale": True}, "h20_up_flip_gray"),
        ({"rotate": 345, "bg": "00000000"}, "bg00000000_rot345"),
        ({"flip": True, "flop": True}, "rot180"),
        ({"rotate": 180, "flip": True, "flop": True}, "full"),
        ({"rotate": 200, "flip": True}, "rot20_flop"),
    ],
)
def test_the_spelling_of_recipes(options: dict[str, object], slug: str) -> None:
    assert make_recipe(options).slug == slug


@pytest.mark.parametrize(
    "slug",
    ["", "w300_", "h300_w300_fcover", "w300_h300", "w0", "w0300", "w300_fcover", "full_w300", "w300_w300", "W300"]
    + ["rot-90", "rot360", "rot090", "rot200_flip", "flip_flop", "w9_h9_fcontain_gcenter", "up"]
    + ["w300_h300_fcover_g500-500", "w٣", "w300\n", "w300_h300_fcover_g01-2", "w300__h300", "w1" * 5000]
    + ["w300_h300_fcover_g2000-1", "p.", "p.Card", "p.card.0", "p.card.", "p.card.03", "up1", "q101", "bgfff"],
)
def test_any_other_spelling_is_rejected(slug: str) -> None:
    with pytest.raises(BadRequest):
        parse_slug(slug)


def test_a_point_is_at_most_1000_per_mille() -> None:
    assert parse_slug("w300_h300_fcover_g1000-1").slug == "w300_h300_fcover_g1000-1"
    for point in ("1001-1", "1-1001"):
        with pytest.raises(BadRequest):
            parse_slug(f"w300_h300_fcover_g{point}")
