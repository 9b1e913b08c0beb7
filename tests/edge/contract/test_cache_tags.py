"""Cache tags."""

from __future__ import annotations

import hashlib

import pytest

from edge.contract.cache_tags import asset_tag, cache_tags, preset_tag
from edge.contract.recipe import PresetRef, Recipe


def test_an_asset_tag_is_one_that_cloudfront_accepts() -> None:
    tag = asset_tag("é, ü.jpg")
    assert tag.isascii()
    assert "," not in tag
    assert tag == tag.lower()
    assert tag != asset_tag("É, Ü.jpg")


@pytest.mark.parametrize("recipe", [None, Recipe(width=300)])
def test_without_a_preset_a_reply_has_the_tag_of_its_asset(recipe: Recipe | None) -> None:
    assert cache_tags("a.jpg", recipe) == asset_tag("a.jpg")


def test_with_a_preset_a_reply_has_its_tag_too_whatever_the_revision() -> None:
    for preset in (PresetRef("card"), PresetRef("card", 3)):
        assert cache_tags("a.jpg", preset) == f"{asset_tag('a.jpg')},{preset_tag('card')}"


def test_an_asset_tag_has_128_bits_of_a_hash() -> None:
    assert asset_tag("a.jpg") == "ih-" + hashlib.sha256(b"a.jpg").hexdigest()[:32]
