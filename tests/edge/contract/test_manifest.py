"""The manifest as it is written and read, by an edge of the same age, an older one, and after damage."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.contract.manifest import Manifest, PublishedPreset
from edge.contract.recipe import Recipe
from tests.edge.contract.strategies import recipes

presets = st.dictionaries(
    st.from_regex(r"[a-z]{1,5}", fullmatch=True), st.builds(PublishedPreset, st.integers(1, 99), recipes())
)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=9,
)


def written(**changes: Any) -> bytes:
    """A manifest of one preset, with some keys as they are told."""
    presets = {"card": {"revision": 2, "recipe": "w300"}}
    return json.dumps({"schema": 1, "revision": 7, "presets": presets} | changes).encode()


@given(st.integers(0, 10**6), presets)
def test_it_reads_back(revision: int, presets: dict[str, PublishedPreset]) -> None:
    parsed = Manifest.parse(Manifest(revision, presets).as_json())
    assert (parsed.revision, dict(parsed.presets), parsed.unreadable) == (revision, presets, ())


def test_an_edge_reads_what_a_newer_django_adds() -> None:
    added = {"card": {"revision": 2, "recipe": "w300", "later": 1}}
    assert Manifest.parse(written(later={}, presets=added)).presets["card"] == PublishedPreset(2, Recipe(width=300))


@pytest.mark.parametrize("recipe", ["w300_later1", "p.card.1", "", 7, None])
def test_a_recipe_that_an_older_edge_does_not_know_costs_no_other_preset(recipe: object) -> None:
    found = Manifest.parse(
        written(presets={"new": {"revision": 3, "recipe": recipe}, "card": {"revision": 2, "recipe": "w300"}})
    )
    assert dict(found.presets) == {"card": PublishedPreset(2, Recipe(width=300))}
    assert found.unreadable == ("new",)


def test_a_higher_schema_is_one_that_an_older_edge_cannot_read() -> None:
    with pytest.raises(ValueError, match="schema 2 is newer than 1"):
        Manifest.parse(written(schema=2))


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"{}", b"\xff", b"[" * 100_000, written(presets=[]), written(revision=float("inf"))]
    + [written(schema=None), written(schema="1"), written(revision="x"), written()[:-20], written() + b"x"],
)
def test_what_cannot_be_read_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError):
        Manifest.parse(body)


@given(
    st.fixed_dictionaries({}, optional={"schema": values, "revision": values, "presets": values, "fallback": values})
)
def test_whatever_stands_in_it_is_read_or_refused(changes: dict[str, Any]) -> None:
    with suppress(ValueError):
        Manifest.parse(written(**changes))


@given(st.integers(0, len(written()) - 1), st.integers(0, 255))
def test_one_byte_changed_is_read_or_refused(position: int, byte: int) -> None:
    body = bytearray(written())
    body[position] = byte
    with suppress(ValueError):
        Manifest.parse(bytes(body))
