"""The quality that a lossy WebP was saved at."""

from __future__ import annotations

import pytest

from edge.image.decode import riff, vp8
from tests.edge.image.pictures import photograph, saved


def frame(body: bytes) -> bytes:
    """The content of a WebP's chunk of pixels."""
    chunk = riff.walk(body)[-1]
    return body[chunk.start : chunk.end]


@pytest.mark.parametrize("quality", [10, 30, 50, 60, 75, 85, 90, 95])
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
@pytest.mark.parametrize("method", [0, 4, 6])
def test_the_quality_is_found_to_some_points(quality: int, mode: str, method: int) -> None:
    found = vp8.quality(frame(saved(photograph(mode), "webp", quality=quality, method=method)))
    assert found is not None
    assert quality - 12 <= found <= quality + 4


def test_lossless_pixels_have_none() -> None:
    assert vp8.quality(frame(saved(photograph(), "webp", lossless=True))) is None


@pytest.mark.parametrize("length", [*range(24), 30, 32, 34, 40])
def test_a_frame_that_is_cut_off_has_a_quality_or_none(length: int) -> None:
    found = vp8.quality(frame(saved(photograph(), "webp"))[:length])
    assert found is None or 0 <= found <= 100
