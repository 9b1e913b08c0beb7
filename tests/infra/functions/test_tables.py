"""The function's constants: each comes from the tables of `edge.contract`."""

from __future__ import annotations

import re

import pytest

from edge.contract import values
from edge.contract.policy import load_policy
from edge.contract.recipe import FIELDS
from edge.contract.trackers import TABLE, is_tracker
from edge.contract.url import NAMES, OTHER_PARAMETERS
from infra.functions import tables

POLICY = load_policy()


def test_every_spelling_of_a_parameter_is_known() -> None:
    declared = tables.declarations(POLICY)
    short = declared["SHORT"].split('"')[1].split()
    long = dict(pair.split(":") for pair in declared["LONG"].strip("{}").split(","))
    names = [each.name for each in (*FIELDS, *OTHER_PARAMETERS)]
    index = {spelling: number for number, spelling in enumerate(short)} | {name: int(at) for name, at in long.items()}
    assert {spelling: names[at] for spelling, at in index.items()} == NAMES


def test_trackers_are_those_of_the_table() -> None:
    pattern = re.compile(tables.declarations(POLICY)["TRACKERS"].strip("/"))
    spelled = [each.replace("*", "x") for spellings in TABLE.values() for each in spellings]
    for name in (*spelled, "w", "utm", "gclidx", "xgclid", "_x"):
        assert bool(pattern.match(name)) == is_tracker(name), name
    assert not any(is_tracker(name) for name in NAMES)


def test_the_first_direction_is_the_centre() -> None:
    """viewer-request.js relies on it."""
    assert next(iter(values.COMPASS)) == "center"


def test_a_parser_that_the_function_does_not_know_is_an_error() -> None:
    with pytest.raises(ValueError, match="has no reader"):
        tables.reader(float)
