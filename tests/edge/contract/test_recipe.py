"""Canonical recipes: options without effect are left out."""

from __future__ import annotations

from dataclasses import asdict

import pytest

from edge.contract.recipe import PresetRef, Recipe, make_recipe, parse_preset
from edge.contract.values import COMPASS, Point


def test_options_without_effect_are_left_out() -> None:
    assert make_recipe({"width": 300, "fit": "contain", "gravity": "north"}) == make_recipe({"width": 300})
    assert make_recipe({"width": 9, "height": 9, "fit": "fill", "gravity": "north"}).gravity == "focal"
    assert make_recipe({"width": 9, "height": 9, "fit": "contain", "gravity": "auto"}).gravity == "focal"
    assert make_recipe({"width": 9, "height": 9, "fit": "contain", "gravity": "north"}).gravity == "north"
    assert make_recipe({"width": 9, "height": 9, "fit": "contain", "gravity": "center"}).gravity == "focal"
    assert make_recipe({"quality": 75}, default_quality=75) == Recipe()
    assert make_recipe({"up": True}) == Recipe()


@pytest.mark.parametrize(("name", "point"), COMPASS.items())
def test_a_point_is_named_by_its_direction_unless_the_image_is_rotated_or_trimmed(name: str, point: Point) -> None:
    box = {"width": 9, "height": 9, "gravity": point}
    assert make_recipe(box) == make_recipe({**box, "gravity": name})
    assert all(make_recipe({**box, **turn}).gravity == point for turn in ({"rotate": 1}, {"flip": True}, {"trim": 1}))


def test_there_are_eight_right_angled_orientations() -> None:
    mirrors = [{"flip": flip, "flop": flop} for flip in (False, True) for flop in (False, True)]
    assert len({make_recipe({"rotate": degrees, **mirror}) for degrees in (0, 90, 180, 270) for mirror in mirrors}) == 8


@pytest.mark.parametrize(
    ("text", "preset"),
    [("card", PresetRef("card")), ("card.3", PresetRef("card", 3)), ("a-1.999", PresetRef("a-1", 999))],
)
def test_a_preset_is_parsed_with_and_without_its_revision(text: str, preset: PresetRef) -> None:
    assert parse_preset(text) == preset
    assert str(preset) == text


def test_an_empty_recipe_changes_nothing() -> None:
    assert asdict(Recipe()) == {
        "width": 0,
        "height": 0,
        "fit": "",
        "gravity": "focal",
        "quality": 0,
        "up": False,
        "bg": "ffffff",
        "rotate": 0,
        "flip": False,
        "flop": False,
        "blur": 0,
        "sharpen": 0,
        "grayscale": False,
        "trim": 0,
    }
