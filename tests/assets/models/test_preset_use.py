"""The recipe that stands in for a deleted preset."""

from __future__ import annotations

import pytest

from assets.models import PresetUse
from edge.contract.recipe import Recipe


@pytest.mark.parametrize(
    ("slug", "recipe"),
    [("w300", Recipe(300)), ("", Recipe()), ("full", Recipe()), ("p.card.3", Recipe()), ("w0x", Recipe())],
)
def test_a_slug_that_cannot_be_read_is_the_full_image(slug: str, recipe: Recipe) -> None:
    assert PresetUse(name="card", slug=slug).recipe == recipe
    assert str(PresetUse(name="card")) == "card"
