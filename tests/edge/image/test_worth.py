"""What a source was saved at, read from its header, and that nothing is coded more finely than that."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from edge.image.decode import vp8
from edge.image.encode import source_quality, still
from tests.edge.image.pictures import cook, photograph, saved


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


def jpeg(quality: int | str) -> Image.Image:
    return Image.open(BytesIO(saved(photograph(), "jpeg", quality=quality)), formats=["JPEG"])


@pytest.mark.parametrize("quality", [25, 40, 50, 60, 75, 85, 95])
def test_a_jpeg_says_what_it_was_saved_at(quality: int) -> None:
    ours = still.unscaled(quality, "jpeg")
    assert source_quality.is_kept(jpeg(quality), ours)
    assert not source_quality.is_kept(jpeg(quality), ours - 2)


@pytest.mark.parametrize(
    ("saved_at", "looks_like"),
    [("web_low", 34), ("web_medium", 60), ("web_high", 84), ("low", 62), ("medium", 77), ("high", 86), ("maximum", 93)],
)
def test_photoshops_says_it_about(saved_at: str, looks_like: int) -> None:
    """Each of its tables, and the quality of libjpeg's that comes nearest in score and bytes."""
    assert source_quality.is_kept(jpeg(saved_at), still.unscaled(looks_like + 5, "jpeg"))
    assert not source_quality.is_kept(jpeg(saved_at), still.unscaled(looks_like - 5, "jpeg"))


def test_a_jpegs_quality_is_in_the_table_that_its_light_has() -> None:
    """Its other table, which the first place has here, is for colour, and coarser."""
    body = saved(photograph(), "jpeg", quality=75, subsampling=0)
    first, second = (body.index(b"\xff\xdb\0\x43" + bytes((number,))) + 4 for number in (0, 1))
    frame = body.index(b"\xff\xc0") + 10
    swapped = bytearray(body)
    swapped[first], swapped[second] = 1, 0
    swapped[frame + 2 : frame + 9 : 3] = b"\1\0\0"
    image = Image.open(BytesIO(bytes(swapped)))
    assert source_quality.quality(image, b"") == source_quality.quality(jpeg(75), b"")
    assert not source_quality.is_kept(image, 100), "Pillow would give its light the other one"


@pytest.mark.parametrize("name", ["webp", "jpeg"])
@pytest.mark.parametrize("quality", [50, 75])
def test_the_same_pixels_become_hardly_more_bytes(name: str, quality: int) -> None:
    body = saved(photograph(), name, quality=quality)
    assert len(cook(body, name).body) <= 1.05 * len(body)
