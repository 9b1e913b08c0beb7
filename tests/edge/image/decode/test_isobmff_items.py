"""The items of an AVIF file."""

from __future__ import annotations

import pytest

from edge.contract.errors import SourceRefused
from edge.image.decode import isobmff, isobmff_items
from tests.edge.image.decode.avif_files import located, stored


def streams(body: bytes) -> dict[int, memoryview]:
    return isobmff_items.streams(isobmff.walk(body), b"av01")


def test_the_extents_of_an_item_are_joined() -> None:
    start = len(located((0, 0), (0, 0)))
    assert streams(located((start + 3, 2), (start, 3)) + b"abcde") == {1: b"deabc"}


def test_extents_that_share_their_bytes_are_refused() -> None:
    """They would fill the memory: each may be as long as the file."""
    with pytest.raises(SourceRefused) as caught:
        streams(located(*[(0, 1 << 31)] * 100))
    assert (caught.value.code, caught.value.message) == (
        "source_damaged",
        "The AVIF file is damaged: its images overlap. Export or download it again.",
    )


def test_the_primary_item_has_the_properties_of_the_file() -> None:
    file = isobmff.walk(stored("8-420"))
    kinds = [each.kind for each in isobmff_items.properties(file, isobmff_items.primary(file))]
    assert {b"ispe", b"pixi", b"av1C", b"colr"} <= set(kinds)
    assert list(isobmff_items.properties(file, 999)) == []
