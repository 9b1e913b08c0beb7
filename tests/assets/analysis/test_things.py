"""Labels with their boxes, from what is stored, however odd it is."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.analysis.things import MAX_THINGS, Thing, things
from assets.models import Analysis

BOX = {"Left": 0.1, "Top": 0.2, "Width": 0.3, "Height": 0.4}
LABELS = [{"name": "Dog", "confidence": 91.0}, {"name": "Beach", "confidence": 99.5}]
REPLY = {
    "DetectLabels": {
        "Labels": [
            {"Name": "Beach", "Instances": [], "Parents": [{"Name": "Nature"}]},
            {
                "Name": "Dog",
                "Instances": [{"BoundingBox": BOX}, {"BoundingBox": {**BOX, "Left": -0.1}}],
                "Parents": [{"Name": "Animal"}, {"Name": "Pet"}],
            },
        ]
    }
}


def test_labels_have_their_boxes_and_kinds_the_surest_first() -> None:
    assert things(Analysis(labels=LABELS, reply=REPLY)) == (
        Thing("Beach", 99.5, (), ("Nature",)),
        Thing("Dog", 91.0, ((100, 200, 300, 400), (0, 200, 200, 400)), ("Animal", "Pet")),
    )


@pytest.mark.parametrize(
    "reply",
    [
        {},
        [],
        None,
        "x",
        {"DetectLabels": None},
        {"DetectLabels": {"Labels": {"Name": "Dog"}}},
        {"DetectLabels": {"Labels": [None, 5, {"Name": "Dog", "Instances": [{}, {"BoundingBox": {"Left": "x"}}]}]}},
        {"DetectLabels": {"Labels": [{"Name": "Dog", "Instances": [{"BoundingBox": {**BOX, "Width": None}}]}]}},
    ],
)
def test_a_reply_that_says_nothing_leaves_the_labels(reply: Any) -> None:
    assert [thing.name for thing in things(Analysis(labels=LABELS, reply=reply))] == ["Beach", "Dog"]
    assert not any(thing.boxes for thing in things(Analysis(labels=LABELS, reply=reply)))


def test_there_is_an_end_to_them() -> None:
    labels = [{"name": f"{number}", "confidence": 1.0} for number in range(500)]
    assert len(things(Analysis(labels=labels))) == MAX_THINGS
    many = {"DetectLabels": {"Labels": [{"Name": "0", "Instances": [{"BoundingBox": BOX}] * 500}]}}
    assert max(len(thing.boxes) for thing in things(Analysis(labels=labels, reply=many))) == 32


_json = st.recursive(
    st.none() | st.booleans() | st.floats(-9, 9) | st.sampled_from(["Dog", ""]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["Labels", "Name", "Instances", "BoundingBox", "Left", "Parents"]), inner)
    ),
    max_leaves=20,
)


@given(_json)
def test_no_stored_reply_is_an_error(value: Any) -> None:
    things(Analysis(labels=LABELS, reply={"DetectLabels": value}))
