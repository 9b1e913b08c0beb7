"""What a source was saved at, read from its header, and that nothing is coded more finely than that."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from edge.image.decode import vp8
from edge.image.decode.saved_quality import SavedQuality, saved_quality
from edge.image.encode import source_quality
from edge.image.encode.quality import from_encoder
from tests.edge.image.pictures import photograph, saved, variant


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


def jpeg(quality: int | str) -> SavedQuality:
    return saved_at(saved(photograph(), "jpeg", quality=quality))


def saved_at(body: bytes) -> SavedQuality:
    found = saved_quality(Image.open(BytesIO(body), formats=["JPEG"]), body)
    assert found is not None
    return found


def is_kept(original: SavedQuality, quality: int) -> bool:
    return original.repeatable and source_quality.is_at_most(original.value, original.format_name, quality)


@pytest.mark.parametrize("quality", [25, 40, 50, 60, 75, 85, 95])
def test_a_jpeg_says_what_it_was_saved_at(quality: int) -> None:
    ours = from_encoder(quality, "jpeg")
    assert is_kept(jpeg(quality), ours)
    assert not is_kept(jpeg(quality), ours - 2)


@pytest.mark.parametrize(
    ("preset", "looks_like"),
    [("web_low", 34), ("web_medium", 60), ("web_high", 84), ("low", 62), ("medium", 77), ("high", 86), ("maximum", 93)],
)
def test_photoshops_says_it_about(preset: str, looks_like: int) -> None:
    """Each of its tables, and the quality of libjpeg's that comes nearest in score and bytes."""
    assert is_kept(jpeg(preset), from_encoder(looks_like + 5, "jpeg"))
    assert not is_kept(jpeg(preset), from_encoder(looks_like - 5, "jpeg"))


def test_a_jpegs_quality_is_in_the_table_that_its_light_has() -> None:
    """Its other table, which the first place has here, is for colour, and coarser."""
    body = saved(photograph(), "jpeg", quality=75, subsampling=0)
    first, second = (body.index(b"\xff\xdb\0\x43" + bytes((number,))) + 4 for number in (0, 1))
    frame = body.index(b"\xff\xc0") + 10
    swapped = bytearray(body)
    swapped[first], swapped[second] = 1, 0
    swapped[frame + 2 : frame + 9 : 3] = b"\1\0\0"
    original = saved_at(bytes(swapped))
    assert original.value == jpeg(75).value
    assert not is_kept(original, 100), "Pillow would give its light the other one"


@pytest.mark.parametrize("name", ["webp", "jpeg"])
@pytest.mark.parametrize("quality", [50, 75])
def test_the_same_pixels_become_hardly_more_bytes(name: str, quality: int) -> None:
    body = saved(photograph(), name, quality=quality)
    assert len(variant(body, name).body) <= 1.05 * len(body)
