"""One recipe, one slug; every slug reads back."""

from __future__ import annotations

import re

import pytest
from hypothesis import given

from edge.errors import BadRequest
from edge.recipe import PresetRef, Recipe, make, parse_slug
from tests.edge.contract.strategies import whats


@given(whats)
def test_a_slug_reads_back_as_what_it_spells(what: Recipe | PresetRef) -> None:
    assert parse_slug(what.slug) == what


@given(whats)
def test_a_slug_fits_into_a_key(what: Recipe | PresetRef) -> None:
    assert re.fullmatch(r"[a-z0-9_.-]{1,120}", what.slug)


@pytest.mark.parametrize(
    ("options", "slug"),
    [
        ({}, "full"),
        ({"width": 300}, "w300"),
        ({"width": 300, "height": 300}, "w300_h300_fcover"),
        ({"width": 300, "height": 300, "fit": "inside"}, "w300_h300_finside"),
        ({"width": 300, "height": 300, "gravity": (310, 420)}, "w300_h300_fcover_g310-420"),
        ({"height": 20, "up": True, "flip": True, "grayscale": True}, "h20_up_flip_gray"),
    ],
)
def test_slugs_are_spelled_in_one_order(options: dict[str, object], slug: str) -> None:
    assert make(options).slug == slug


def test_what_says_nothing_is_left_out() -> None:
    assert make({"width": 300, "fit": "contain", "gravity": "north"}) == make({"width": 300})
    assert make({"width": 9, "height": 9, "fit": "fill", "gravity": "north"}).gravity == "focal"
    assert make({"width": 9, "height": 9, "fit": "contain", "gravity": "auto"}).gravity == "focal"
    assert make({"width": 9, "height": 9, "fit": "contain", "gravity": "north"}).gravity == "north"
    assert make({"quality": 75}, default_quality=75) == Recipe()


@pytest.mark.parametrize(
    "slug",
    ["", "w300_", "h300_w300_fcover", "w300_h300", "w0", "w0300", "w300_fcover", "full_w300", "w300_w300", "W300"]
    + ["w300_h300_fcover_g2000-1", "p.", "p.Card", "p.card.0", "p.card.", "p.card.03", "up1", "q101", "bgfff"],
)
def test_only_the_canonical_spelling_is_taken(slug: str) -> None:
    with pytest.raises(BadRequest):
        parse_slug(slug)
