"""The items of an AVIF file."""

from __future__ import annotations

import pytest

from edge.image.decode import isobmff, isobmff_items
from edge.image.decode.limits import LimitExceeded
from tests.edge.image.decode.avif_files import located, stored


def streams(body: bytes) -> dict[int, memoryview]:
    return isobmff_items.streams(isobmff.walk(body), b"av01")


def test_the_extents_of_an_item_are_joined() -> None:
    start = len(located((0, 0), (0, 0)))
    assert streams(located((start + 3, 2), (start, 3)) + b"abcde") == {1: b"deabc"}


def test_items_may_share_their_bytes() -> None:
    body = located((0, 1 << 31))
    assert streams(body) == {1: body}


def test_what_is_copied_is_limited() -> None:
    """Each extent may be as long as the file, and libavif copies those of metadata, too."""
    isobmff_items.check_copies(isobmff.walk(located((0, 1 << 31)) + bytes(1 << 20)))
    for extents in (120, 30_000):
        with pytest.raises(LimitExceeded) as caught:
            isobmff_items.check_copies(isobmff.walk(located(*[(0, 1 << 31)] * extents) + bytes(1 << 20)))
        assert caught.value.limit.code in ("avif_copied_bytes", "avif_parts")
    metadata = located(*[(0, 1 << 31)] * 120).replace(b"av01", b"Exif") + bytes(1 << 20)
    with pytest.raises(LimitExceeded):
        isobmff_items.check_copies(isobmff.walk(metadata))


def test_the_primary_item_has_the_properties_of_the_file() -> None:
    file = isobmff.walk(stored("8-420"))
    kinds = [each.kind for each in isobmff_items.properties(file, isobmff_items.primary(file))]
    assert {b"ispe", b"pixi", b"av1C", b"colr"} <= set(kinds)
    assert list(isobmff_items.properties(file, 999)) == []
