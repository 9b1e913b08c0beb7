"""The quality that a JPEG was saved at."""

from __future__ import annotations

import pytest

from edge.image.decode.source import SavedQuality
from edge.image.encode import source_quality
from edge.image.encode.quality import from_encoder
from tests.edge.image.decode.support import parsed
from tests.edge.image.pictures import photograph, saved, variant


def jpeg(quality: int | str) -> SavedQuality:
    return saved_at(saved(photograph(), "jpeg", quality=quality))


def saved_at(body: bytes) -> SavedQuality:
    found = parsed(body).saved_quality
    assert found is not None
    return found


def is_kept(original: SavedQuality, quality: int) -> bool:
    return original.repeatable and source_quality.is_at_most(original.value, original.format_name, quality)


@pytest.mark.parametrize("quality", [25, 40, 50, 60, 75, 85, 95])
def test_the_quality_is_found_in_the_tables(quality: int) -> None:
    ours = from_encoder(quality, "jpeg")
    assert is_kept(jpeg(quality), ours)
    assert not is_kept(jpeg(quality), ours - 2)


@pytest.mark.parametrize(
    ("preset", "looks_like"),
    [("web_low", 34), ("web_medium", 60), ("web_high", 84), ("low", 62), ("medium", 77), ("high", 86), ("maximum", 93)],
)
def test_the_quality_of_photoshops_tables_is_estimated(preset: str, looks_like: int) -> None:
    """Each of its presets, and the libjpeg quality that comes nearest in score and bytes."""
    assert is_kept(jpeg(preset), from_encoder(looks_like + 5, "jpeg"))
    assert not is_kept(jpeg(preset), from_encoder(looks_like - 5, "jpeg"))


def test_the_table_of_the_first_component_counts() -> None:
    """The other table, which comes first here, is for chroma, and coarser."""
    body = saved(photograph(), "jpeg", quality=75, subsampling=0)
    first, second = (body.index(b"\xff\xdb\0\x43" + bytes((number,))) + 4 for number in (0, 1))
    frame = body.index(b"\xff\xc0") + 10
    swapped = bytearray(body)
    swapped[first], swapped[second] = 1, 0
    swapped[frame + 2 : frame + 9 : 3] = b"\1\0\0"
    original = saved_at(bytes(swapped))
    assert original.value == jpeg(75).value
    assert not is_kept(original, 100), "Pillow would use the other one for luma"


@pytest.mark.parametrize("name", ["webp", "jpeg"])
@pytest.mark.parametrize("quality", [50, 75])
def test_the_same_pixels_take_hardly_more_bytes(name: str, quality: int) -> None:
    body = saved(photograph(), name, quality=quality)
    assert len(variant(body, name).body) <= 1.05 * len(body)
