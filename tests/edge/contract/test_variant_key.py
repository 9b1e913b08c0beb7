"""Variant keys: spelled and parsed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.contract import keys
from edge.contract.errors import BadRequest
from edge.contract.recipe import PresetRef, Recipe
from edge.contract.url_path import decode_path
from edge.contract.variant_key import CLASSES, VariantKey
from tests.edge.contract import strategies


@given(
    strategies.keys(),
    strategies.versions,
    strategies.versions,
    strategies.recipes_and_presets,
    st.sampled_from(CLASSES),
)
def test_parsing_reverses_spelling(
    key: str, version: str, rev: str, recipe: Recipe | PresetRef, format_class: str
) -> None:
    variant = VariantKey(keys.parse_key(key), version, rev, recipe.slug, format_class)
    assert VariantKey.parse(decode_path(variant.uri[1:])) == variant
    assert len(variant.object_key.encode()) <= 1024  # S3's longest key


@pytest.mark.parametrize(
    "path",
    [
        "a.jpg",
        "a.jpg/x.y/w300.avif",
        "a.jpg/any.11111111/w300.exe",
        "a.jpg/any.11111111/.avif",
        "a/any.11111111/full.avif",
    ]
    + ["a.jpg/11111111.1/full.avif", "../a.jpg/any.11111111/full.avif", "a.jpg/any.11111111/FULL.avif"],
)
def test_other_paths_are_rejected(path: str) -> None:
    with pytest.raises(BadRequest):
        VariantKey.parse(path)


def test_a_version_is_8_hex_digits_or_any() -> None:
    assert VariantKey.parse("a.jpg/any.01234567/full.avif").version == "any"
    assert VariantKey.parse("a.jpg/1f2e3d4c.01234567/full.avif").version == "1f2e3d4c"
    with pytest.raises(BadRequest):
        VariantKey.parse("a.jpg/latest.01234567/full.avif")
