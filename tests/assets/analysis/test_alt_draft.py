"""Drafts of alternative texts read like sentences, whatever was seen."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.analysis.alt_draft import alt_draft
from assets.analysis.things import Thing

BOX = (100, 100, 200, 200)


def seen(*names: Any, confidence: float = 99.0) -> list[Thing]:
    """Labels, each a name, or a name with its number of boxes, or with the labels that are more general."""
    found = []
    for each in names:
        name, more = each if isinstance(each, tuple) else (each, 0)
        boxes, kinds = ((BOX,) * more, ()) if isinstance(more, int) else ((), tuple(more))
        found.append(Thing(name, confidence, boxes, kinds))
    return found


@pytest.mark.parametrize(
    ("faces", "things", "text", "draft"),
    [
        (0, seen(), "", ""),
        (1, seen(), "", "A person."),
        (3, seen(), "", "Three people."),
        (13, seen(), "", "13 people."),
        (32, seen(), "", "More than 31 people."),
        (0, seen(), "SUMMER\nSALE", "Text: SUMMER SALE"),
        (2, seen("Person", "Table", "Outdoors"), "OPEN", "Two people at a table outdoors. Text: OPEN"),
        (0, seen(("Person", 2), "Dining Table", "Laptop"), "", "Two people at a dining table with a laptop."),
        (1, seen(("Person", 4)), "", "Four people."),
        (5, seen("Crowd", "Stadium"), "", "A crowd of people in a stadium."),
        (0, seen("Dog", "Beach"), "", "A dog on a beach."),
        (0, seen(("Dog", 2), ("Owl", 1), "Umbrella"), "", "Two dogs, an owl and an umbrella."),
        (0, seen("Car", "Street", "City", "Night"), "", "A car in a street at night."),
        (0, seen("Table", "Chair"), "", "A table and a chair."),
        (0, seen(("Golden Retriever", ["Dog", "Animal"]), ("Dog", ["Animal"]), "Animal"), "", "A golden retriever."),
        (1, seen("Woman", "Smile", "Happy", "Portrait", "Photography"), "", "A person."),
        (0, seen(("Astronaut", ["Adult", "Person"]), ("Finger", ["Body Part", "Person"])), "", "A person."),
        (0, seen("Swimming", "Dining", "Building"), "", "A building."),
        (0, seen("Sunglasses"), "", "Sunglasses."),
        (0, seen("Quokka Parade"), "", "A quokka parade."),
        (0, seen("Beach", "Outdoors", "Nature"), "", ""),
        (0, seen("Dog", confidence=89.9), "", ""),
        (0, seen("", " "), " \n ", ""),
    ],
)
def test_a_draft_is_what_an_editor_would_write(faces: int, things: list[Thing], text: str, draft: str) -> None:
    assert alt_draft(faces, things, text) == draft


def test_a_long_text_is_cut_between_words() -> None:
    assert alt_draft(0, [], "word " * 60) == "Text: " + " ".join(["word"] * 24) + "…"
    assert len(alt_draft(0, [], "x" * 500)) == 127


def test_it_names_at_most_three_things_and_those_with_a_place_in_the_picture_first() -> None:
    labels = seen("Apple", "Bear", "Cup", ("Dog", 1), ("Egg", 3))
    assert alt_draft(0, labels, "") == "A dog, three eggs and an apple."


@given(
    st.integers(0, 40),
    st.lists(st.builds(Thing, st.text(max_size=30), st.floats(0, 100), st.just((BOX,)) | st.just(())), max_size=8),
    st.text(max_size=300),
)
def test_whatever_was_seen_the_draft_fits_the_field(faces: int, things: list[Thing], text: str) -> None:
    draft = alt_draft(faces, things, text)
    assert len(draft) <= 500
    assert draft == draft.strip()
