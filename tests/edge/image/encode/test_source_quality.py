"""A lossy original is not encoded finer than it was saved."""

from __future__ import annotations

import pytest

from edge.image.encode import source_quality
from edge.image.encode.quality import to_encoder
from tests.edge.image.pictures import (
    plasma,
    saved,
    variant,
)

LOSSY = ("jpeg", "webp", "avif")


@pytest.mark.parametrize("name", LOSSY)
def test_a_coarse_jpeg_at_its_own_size_is_not_encoded_finer(name: str) -> None:
    image = plasma((320, 240))
    coarse, fine = saved(image, "jpeg", quality=40), saved(image, "jpeg", quality=95)
    assert (
        variant(coarse, name).body == variant(coarse, name, quality=90).body != variant(coarse, name, quality=20).body
    )
    assert variant(fine, name).body != variant(fine, name, quality=90).body


def test_a_reduced_coarse_jpeg_gets_the_requested_quality() -> None:
    body = saved(plasma((320, 240)), "jpeg", quality=40)
    for recipe in ({"width": 160}, {"width": 320, "height": 160, "fit": "fill"}):
        assert len(variant(body, "jpeg", **recipe, quality=90).body) > len(variant(body, "jpeg", **recipe).body)


@pytest.mark.parametrize("name", ["jpeg", "webp"])
def test_the_useful_quality_is_a_little_above_the_saved_one(name: str) -> None:
    for quality in (20, 50, 75, 90):
        saved_at = to_encoder(quality, name)
        assert quality < source_quality.useful_quality(saved_at, name) <= quality + 5
        assert source_quality.is_at_most(saved_at, name, quality)
        assert not source_quality.is_at_most(saved_at, name, quality - 4)
    assert source_quality.useful_quality(100, name) == 100
