"""Variants."""

from __future__ import annotations

import pytest

from edge.contract.cache_control import IMMUTABLE
from edge.contract.cache_tags import asset_tag, preset_tag
from edge.contract.edits import Edits
from edge.contract.recipe import Recipe
from edge.contract.variant_key import VariantKey
from edge.rendering.variant import Variant


@pytest.mark.parametrize(
    ("slug", "tags"),
    [
        ("w300", asset_tag("a.jpg")),
        ("p.card.3", f"{asset_tag('a.jpg')},{preset_tag('card')}"),
        (Edits(Recipe(), upright=False).slug, asset_tag("a.jpg")),
    ],
)
def test_a_variant_has_the_tags_of_its_asset_and_its_preset(slug: str, tags: str) -> None:
    variant = Variant(VariantKey("a.jpg", "1f2e3d4c", "96c24d99", slug, "avif"), b"pixels", 6, "image/avif")
    assert (variant.tags, variant.cache_control) == (tags, IMMUTABLE)
