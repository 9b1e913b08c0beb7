"""Canonical recipes: options without effect are left out."""

from __future__ import annotations

from dataclasses import asdict

import pytest

from edge.contract.recipe import FIELDS, PresetRef, Recipe, make_recipe, parse_preset
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
        "face": 1,
        "pad": None,
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


@pytest.mark.parametrize(
    ("name", "lowest", "highest"), [("quality", 1, 100), ("blur", 0, 100), ("sharpen", 0, 10), ("trim", 0, 255)]
)
def test_a_number_has_a_lowest_and_a_highest_value(name: str, lowest: int, highest: int) -> None:
    field = next(field for field in FIELDS if field.name == name)
    assert [field.parse(str(value)) for value in (lowest, highest)] == [lowest, highest]
    for value in (lowest - 1, highest + 1):
        with pytest.raises(ValueError, match=str(value)):
            field.parse(str(value))


def test_without_a_default_quality_every_quality_is_kept() -> None:
    assert make_recipe({"quality": 1}).quality == 1


def test_a_flip_with_less_than_half_a_turn_stays_a_flip() -> None:
    assert make_recipe({"rotate": 179, "flip": True}).slug == "rot179_flip"
