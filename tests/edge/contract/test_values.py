"""Parsers of parameter values."""

from __future__ import annotations

import pytest

from edge.contract import values
from edge.contract.values import Point


@pytest.mark.parametrize(("text", "degrees"), [("-90", 270), ("270", 270), ("360", 0), ("-360", 0), ("-1", 359)])
def test_degrees_are_reduced_to_a_turn_clockwise(text: str, degrees: int) -> None:
    assert values.degrees(text) == degrees


@pytest.mark.parametrize(
    ("text", "gravity"),
    [
        ("north", "north"),
        ("focal", "focal"),
        ("0.31,0.42", (310, 420)),
        ("1,.5", (1000, 500)),
        ("0.0004,0.0005", (0, 1)),
    ],
)
def test_a_gravity_is_a_name_or_a_point_per_mille(text: str, gravity: str | Point) -> None:
    assert values.gravity(text) == gravity


@pytest.mark.parametrize(("text", "colour"), [("FFFFFF", "ffffff"), ("00ff0080", "00ff0080"), ("00FF00FF", "00ff00")])
def test_a_colour_is_in_lower_case_without_full_opacity(text: str, colour: str) -> None:
    assert values.colour(text) == colour


@pytest.mark.parametrize("text", ["", "-1", "+1", "1.0", "٣", "11", "1" * 11, " 1"])
def test_an_integer_has_only_digits_and_is_in_its_range(text: str) -> None:
    with pytest.raises(ValueError):
        values.Integer(0, 10)(text)


def test_a_choice_is_one_of_its_names() -> None:
    assert values.flag("1") is True
    assert values.fit("inside") == "inside"
    with pytest.raises(ValueError):
        values.fit("INSIDE")


def test_the_compass_is_clockwise_from_the_top() -> None:
    assert dict(values.COMPASS) == {
        "center": (500, 500),
        "north": (500, 0),
        "northeast": (1000, 0),
        "east": (1000, 500),
        "southeast": (1000, 1000),
        "south": (500, 1000),
        "southwest": (0, 1000),
        "west": (0, 500),
        "northwest": (0, 0),
    }
