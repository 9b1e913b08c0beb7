"""The manifest, written and parsed: by the same edge, by an older one, and after damage."""

from __future__ import annotations

import json
from contextlib import suppress
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.contract.manifest import Manifest, PublishedFallback, PublishedPreset
from edge.contract.operations import CORNERS, make_operation
from edge.contract.recipe import Recipe
from tests.edge.contract.strategies import recipes

watermarks = st.builds(
    partial(make_operation, "watermark", version="0a1b2c3d"),
    key=st.text(min_size=1, max_size=9),
    corner=st.sampled_from(CORNERS),
    size=st.integers(1, 100),
    margin=st.integers(0, 50),
    opacity=st.integers(1, 100),
)
presets = st.dictionaries(
    st.from_regex(r"[a-z]{1,5}", fullmatch=True),
    st.builds(PublishedPreset, st.integers(1, 99), recipes(), st.none() | watermarks),
)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=9,
)


def document(**changes: Any) -> bytes:
    """A manifest of one preset, with some values changed."""
    presets = {"card": {"revision": 2, "recipe": "w300"}}
    return json.dumps({"schema": 1, "revision": 7, "presets": presets} | changes).encode()


@given(st.integers(0, 10**6), presets)
def test_parsing_reverses_writing(revision: int, presets: dict[str, PublishedPreset]) -> None:
    parsed = Manifest.parse(Manifest(revision, presets).as_json())
    assert (parsed.revision, dict(parsed.presets), parsed.unreadable) == (revision, presets, ())


def test_unknown_keys_are_ignored() -> None:
    added = {"card": {"revision": 2, "recipe": "w300", "later": 1}}
    assert Manifest.parse(document(later={}, presets=added)).presets["card"] == PublishedPreset(2, Recipe(width=300))


@pytest.mark.parametrize("recipe", ["w300_later1", "p.card.1", "", 7, None])
def test_a_preset_with_an_unknown_recipe_does_not_affect_the_others(recipe: object) -> None:
    found = Manifest.parse(
        document(presets={"new": {"revision": 3, "recipe": recipe}, "card": {"revision": 2, "recipe": "w300"}})
    )
    assert dict(found.presets) == {"card": PublishedPreset(2, Recipe(width=300))}
    assert found.unreadable == ("new",)


MARK = make_operation("watermark", key="logo.png", version="0a1b2c3d", corner="center")


def test_an_edge_that_knows_no_watermarks_cannot_read_a_preset_with_one() -> None:
    """It would serve, and store, unmarked images: earlier releases read `recipe`."""
    written = json.loads(Manifest(1, {"card": PublishedPreset(2, Recipe(300), MARK)}).as_json())
    assert "recipe" not in written["presets"]["card"]
    assert written["presets"]["card"]["watermark"]["key"] == "logo.png"


@pytest.mark.parametrize(
    "watermark", [None, 7, [], {}, {"key": "logo.png"}, dict(MARK.arguments) | {"size": 900}, {"later": 1}]
)
def test_a_preset_with_an_unknown_watermark_is_unreadable_and_not_unmarked(watermark: object) -> None:
    preset = {"revision": 3, "recipe": "w300", "marked_recipe": "w300", "watermark": watermark}
    found = Manifest.parse(document(presets={"new": preset, "card": {"revision": 2, "recipe": "w300"}}))
    assert list(found.presets) == ["card"]
    assert found.unreadable == ("new",)


def test_a_newer_schema_is_rejected() -> None:
    with pytest.raises(ValueError, match="schema 2 is newer than 1"):
        Manifest.parse(document(schema=2))


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"{}", b"\xff", b"[" * 100_000, document(presets=[]), document(revision=float("inf"))]
    + [document(schema=None), document(schema="1"), document(revision="x"), document()[:-20], document() + b"x"],
)
def test_an_unreadable_document_is_rejected(body: bytes) -> None:
    with pytest.raises(ValueError):
        Manifest.parse(body)


@given(
    st.fixed_dictionaries({}, optional={"schema": values, "revision": values, "presets": values, "fallback": values})
)
def test_any_values_are_read_or_rejected(changes: dict[str, Any]) -> None:
    with suppress(ValueError):
        Manifest.parse(document(**changes))


@given(st.integers(0, len(document()) - 1), st.integers(0, 255))
def test_a_changed_byte_is_read_or_rejected(position: int, byte: int) -> None:
    body = bytearray(document())
    body[position] = byte
    with suppress(ValueError):
        Manifest.parse(bytes(body))


PRESETS = {"card": PublishedPreset(2, Recipe(width=300))}
FALLBACK = {"object_key": "config/fallback/1f2e3d4c.96c24d99", "content_type": "image/png", "sha256": "0" * 64}


def test_a_fallback_survives_a_round_trip() -> None:
    manifest = Manifest(7, PRESETS, PublishedFallback(**FALLBACK))
    assert Manifest.parse(manifest.as_json()) == manifest


@pytest.mark.parametrize(
    "fallback",
    [
        None,
        "config/fallback/1f2e3d4c.96c24d99",
        {},
        FALLBACK | {"object_key": "originals/secret.jpg"},
        FALLBACK | {"object_key": "config/fallback/../../originals/secret.jpg"},
        FALLBACK | {"content_type": "text/html"},
        FALLBACK | {"content_type": None},
        FALLBACK | {"sha256": "0" * 63},
    ],
)
def test_an_invalid_fallback_is_ignored_and_does_not_affect_the_presets(fallback: object) -> None:
    value = json.loads(Manifest(7, PRESETS).as_json()) | {"fallback": fallback}
    assert Manifest.parse(json.dumps(value).encode()) == Manifest(7, PRESETS)


def test_a_new_manifest_is_empty_and_older_than_any_published_one() -> None:
    assert (Manifest().revision, dict(Manifest().presets), Manifest().fallback) == (0, {}, None)
