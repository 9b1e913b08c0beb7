"""Colours in each of their spellings."""

from __future__ import annotations

import pytest

from edge.sih.colours import parse_colour


@pytest.mark.parametrize(
    ("value", "colour"),
    [
        ("red", "ff0000"),
        ("RebeccaPurple", "663399"),
        ("transparent", "00000000"),
        ("#fff", "ffffff"),
        ("ffff", "ffffff"),
        ("0f08", "00ff0088"),
        ("#12345678", "12345678"),
        ({"r": 255, "g": 0, "b": 0, "alpha": 1}, "ff0000"),
        ({"r": 25.5, "g": 300, "b": -4, "alpha": 0.5}, "1aff0080"),
        ({"r": 1}, "010000"),
        ([0, 0, 255], "0000ff"),
        ([0, 0, 255, 0.5], "0000ff80"),
    ],
)
def test_a_colour_is_read(value: object, colour: str) -> None:
    assert parse_colour(value) == colour


@pytest.mark.parametrize("value", ["reddish", "#ff", "#fffff", "", None, 7, [1, 2], {"r": "x"}, {"r": True}, ["a"] * 3])
def test_all_else_is_no_colour(value: object) -> None:
    try:
        found = parse_colour(value)
    except ValueError:
        return
    pytest.fail(f"{value!r} was read as {found}")
