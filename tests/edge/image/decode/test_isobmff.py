"""The boxes of an ISO base media file."""

from __future__ import annotations

import struct

import pytest

from edge.image.decode import isobmff
from edge.image.decode.avif_coding import AvifCoding
from edge.image.decode.limits import LimitExceeded
from tests.edge.image.decode.avif_files import ENDLESS, HEAD, TRACK, box, located, stored


def kinds(parent: isobmff.Box) -> list[bytes]:
    return [child.kind for child in parent.children]


def test_a_file_is_a_tree_of_boxes() -> None:
    file = isobmff.walk(stored("8-420"))
    assert kinds(file) == [b"ftyp", b"meta", b"mdat"]
    assert {b"iinf", b"iloc", b"iprp"} <= set(kinds(file.find(b"meta")))
    assert b"ispe" in kinds(file.find(b"meta", b"iprp", b"ipco"))


def test_a_box_knows_where_its_content_starts() -> None:
    body = stored("8-420")
    ispe = isobmff.walk(body).find(b"meta", b"iprp", b"ipco", b"ispe")
    assert body[ispe.start - 4 : ispe.start] == b"ispe"
    assert bytes(ispe.content) == body[ispe.start : ispe.start + 12]


def test_an_absent_box_is_empty() -> None:
    absent = isobmff.walk(HEAD).find(b"moov", b"trak")
    assert (absent.kind, bytes(absent.content), absent.children) == (b"", b"", ())


def test_boxes_are_entered_only_where_they_belong() -> None:
    nested = b""
    for _ in range(2000):
        nested = box(b"moov", nested)
    assert isobmff.walk(nested).find(b"moov", b"moov", b"moov").kind == b""


HOSTILE = {
    "boxes": ("avif_parts", HEAD + box(b"free") * 30_000),
    "boxes without size": ("avif_parts", HEAD + struct.pack(">I4s", 4, b"free") * 30_000),
    "boxes in several boxes": ("avif_parts", HEAD + box(b"moov", box(b"free") * 15_000) + box(b"free") * 15_000),
    "units": ("avif_parts", located((len(located((0, 0))), 1 << 31)) + b"\x12\0" * 30_000),
    "extents": ("avif_parts", located(*[(0, 0)] * 30_000)),
    "tracks": ("avif_tracks", HEAD + box(b"moov", TRACK * 100)),
    "bytes of lists": ("avif_list_bytes", HEAD + box(b"meta", bytes(4), box(b"iref", bytes(300_001)))),
    "chunks of samples": (
        "avif_parts",
        HEAD
        + box(
            b"moov",
            box(b"trak", box(b"mdia", box(b"minf", box(b"stbl", *ENDLESS[:1], box(b"stco", bytes(4), b"\xff" * 4))))),
        ),
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_with_too_many_parts_is_refused(name: str) -> None:
    code, body = HOSTILE[name]
    with pytest.raises(LimitExceeded) as caught:
        AvifCoding.read(isobmff.walk(body), 10)
    assert caught.value.limit.code == code
