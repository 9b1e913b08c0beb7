"""Which fields of a row are merged, and which are asked about."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from assets.admin.merging import Part, cover, merge, merge_names, parse, plain, spell

FILE, TITLE = Part("File", ("file",)), Part("Title", ("title",))
TEXT = Part("Text", ("alt", "decorative"), about="file")
PARTS = (FILE, TEXT, TITLE)
BASE = {"file": "1", "alt": "a", "decorative": False, "title": "t"}


def labels(mine: dict[str, Any], theirs: dict[str, Any]) -> tuple[list[str], list[str]]:
    """The parts taken from the other editor, and those asked about."""
    found = merge(PARTS, set(mine), BASE, {**BASE, **mine}, {**BASE, **theirs})
    return [part.label for part in found.theirs], [part.label for part in found.questions]


@pytest.mark.parametrize(
    ("mine", "theirs", "taken", "asked"),
    [
        ({}, {}, [], []),
        ({"title": "m"}, {}, [], []),
        ({}, {"title": "o"}, ["Title"], []),
        ({"title": "m"}, {"title": "o"}, [], ["Title"]),
        ({"title": "m"}, {"title": "m"}, [], []),
        ({"title": "m"}, {"alt": "o"}, ["Text"], []),
        ({"alt": "m"}, {"decorative": True}, [], ["Text"]),
        ({"alt": "m"}, {"file": "2"}, ["File"], ["Text"]),
        ({"file": "2"}, {"alt": "o"}, [], ["Text"]),
        ({"file": "2"}, {"title": "o"}, ["Title"], []),
    ],
)
def test_what_is_merged_and_what_is_asked(
    mine: dict[str, Any], theirs: dict[str, Any], taken: list[str], asked: list[str]
) -> None:
    assert labels(mine, theirs) == (taken, asked)


def test_a_form_from_before_a_new_field_does_not_ask_about_it() -> None:
    assert merge([Part("New", ("new",))], set(), {}, {"new": ""}, {"new": ""}).questions == ()


def test_values_survive_their_way_through_a_form() -> None:
    assert parse(spell(BASE)) == BASE
    assert plain({"day": date(2026, 3, 5)}) == {"day": "2026-03-05"}


@pytest.mark.parametrize(
    "text", ["", "{]", "[1]", "null", "[" * 100_000], ids=["none", "broken", "list", "null", "deep"]
)
def test_anything_else_counts_as_nothing(text: str) -> None:
    assert parse(text) == {}


def test_fields_without_a_part_are_parts_of_their_own() -> None:
    names = {"file": "File", "title": "The title", "alt": "Alt"}
    assert [part.label for part in cover((FILE, TEXT), names)] == ["File", "The title", "Text"]


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "merged"),
    [
        ("", "", "", ""),
        ("a, b", "a, b", "a", "a"),
        ("a, b", "a", "a, b", "a"),
        ("a, b", "a, c", "a, b, d", "a, c, d"),
        ("a, b", "b", "a", ""),
        ("a", "a, B", "a, b", "a, b"),
        ("a", "", "", ""),
        ("a", "A", "a", "a"),
    ],
)
def test_of_names_each_is_merged_for_itself(base: str, mine: str, theirs: str, merged: str) -> None:
    assert merge_names(base, mine, theirs) == merged
