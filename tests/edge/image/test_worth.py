"""What a source was saved at, read from its header, and that nothing is coded more finely than that."""

from __future__ import annotations

import pytest
from PIL import Image

from edge.image import vp8
from tests.edge.image.pictures import cook, noise, saved


def photograph(mode: str = "RGB") -> Image.Image:
    """Something of every scale, as in a photograph."""
    scales = [noise((size, size), mode, size).resize((384, 384), Image.Resampling.BICUBIC) for size in (4, 16, 64, 384)]
    picture = scales[0]
    for finer, share in zip(scales[1:], (0.4, 0.25, 0.1), strict=True):
        picture = Image.blend(picture, finer, share)
    return picture


@pytest.mark.parametrize("quality", [10, 30, 50, 60, 75, 85, 90, 95])
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
@pytest.mark.parametrize("method", [0, 4, 6])
def test_a_webp_says_what_it_was_saved_at(quality: int, mode: str, method: int) -> None:
    found = vp8.quality(saved(photograph(mode), "webp", quality=quality, method=method))
    assert found is not None
    assert quality - 12 <= found <= quality + 4


@pytest.mark.parametrize("kind", [("webp", {"lossless": True}), ("png", {}), ("jpeg", {})], ids=str)
def test_other_files_say_nothing_of_the_kind(kind: tuple[str, dict[str, bool]]) -> None:
    assert vp8.quality(saved(photograph(), kind[0], **kind[1])) is None


@pytest.mark.parametrize("end", [*range(24), 30, 32, 34, 40])
def test_a_file_that_is_cut_short_says_something_or_nothing(end: int) -> None:
    found = vp8.quality(saved(photograph(), "webp")[:end])
    assert found is None or 0 <= found <= 100


@pytest.mark.parametrize("name", ["webp", "jpeg"])
@pytest.mark.parametrize("quality", [50, 75])
def test_the_same_pixels_become_hardly_more_bytes(name: str, quality: int) -> None:
    body = saved(photograph(), name, quality=quality)
    assert len(cook(body, name).body) <= 1.05 * len(body)
