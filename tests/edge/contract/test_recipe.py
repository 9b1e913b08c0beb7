"""One recipe, one slug; every slug reads back."""

from __future__ import annotations

import re

import pytest
from hypothesis import given

from edge.contract.errors import BadRequest
from edge.contract.recipe import FIELDS, PresetRef, Recipe, make_recipe
from edge.contract.slug import parse_slug
from edge.contract.values import COMPASS, Point
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
        ({"rotate": 345, "bg": "00000000"}, "bg00000000_rot345"),
        ({"flip": True, "flop": True}, "rot180"),
        ({"rotate": 180, "flip": True, "flop": True}, "full"),
        ({"rotate": 200, "flip": True}, "rot20_flop"),
    ],
)
def test_slugs_are_spelled_in_one_order(options: dict[str, object], slug: str) -> None:
    assert make_recipe(options).slug == slug


def test_what_says_nothing_is_left_out() -> None:
    assert make_recipe({"width": 300, "fit": "contain", "gravity": "north"}) == make_recipe({"width": 300})
    assert make_recipe({"width": 9, "height": 9, "fit": "fill", "gravity": "north"}).gravity == "focal"
    assert make_recipe({"width": 9, "height": 9, "fit": "contain", "gravity": "auto"}).gravity == "focal"
    assert make_recipe({"width": 9, "height": 9, "fit": "contain", "gravity": "north"}).gravity == "north"
    assert make_recipe({"width": 9, "height": 9, "fit": "contain", "gravity": "center"}).gravity == "focal"
    assert make_recipe({"quality": 75}, default_quality=75) == Recipe()
    assert make_recipe({"up": True}) == Recipe()


@pytest.mark.parametrize(("name", "point"), COMPASS.items())
def test_a_point_of_the_compass_has_its_name_where_both_are_of_the_same_picture(name: str, point: Point) -> None:
    box = {"width": 9, "height": 9, "gravity": point}
    assert make_recipe(box) == make_recipe({**box, "gravity": name})
    assert all(make_recipe({**box, **turn}).gravity == point for turn in ({"rotate": 1}, {"flip": True}, {"trim": 1}))


def test_there_are_eight_ways_to_lay_a_picture_straight() -> None:
    mirrors = [{"flip": flip, "flop": flop} for flip in (False, True) for flop in (False, True)]
    assert len({make_recipe({"rotate": degrees, **mirror}) for degrees in (0, 90, 180, 270) for mirror in mirrors}) == 8


@pytest.mark.parametrize(("text", "degrees"), [("-90", 270), ("270", 270), ("360", 0), ("-360", 0), ("-1", 359)])
def test_a_turn_to_the_left_is_one_to_the_right(text: str, degrees: int) -> None:
    (rotate,) = (field for field in FIELDS if field.name == "rotate")
    assert rotate.read("rotate", text) == degrees


@pytest.mark.parametrize(
    "slug",
    ["", "w300_", "h300_w300_fcover", "w300_h300", "w0", "w0300", "w300_fcover", "full_w300", "w300_w300", "W300"]
    + ["rot-90", "rot360", "rot090", "rot200_flip", "flip_flop", "w9_h9_fcontain_gcenter", "up"]
    + ["w300_h300_fcover_g500-500", "w٣", "w300\n", "w300_h300_fcover_g01-2", "w300__h300", "w1" * 5000]
    + ["w300_h300_fcover_g2000-1", "p.", "p.Card", "p.card.0", "p.card.", "p.card.03", "up1", "q101", "bgfff"],
)
def test_only_the_canonical_spelling_is_taken(slug: str) -> None:
    with pytest.raises(BadRequest):
        parse_slug(slug)
