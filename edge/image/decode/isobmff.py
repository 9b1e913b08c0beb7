"""The boxes of an ISO base media file, such as AVIF, as a tree: ISO/IEC 14496-12, section 4.2.

Truncated boxes are left out; the decoder decides whether a file is valid.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeVar

from edge.image.decode.limits import Limit, too_many

_Part = TypeVar("_Part")

#: Boxes; separately, items, samples and units of a stream. Valid files have some dozens, a large grid a thousand.
PARTS = Limit("avif_parts", 20_000, "boxes, items or samples")
#: An image's colours and its transparency are a track each.
TRACKS = Limit("avif_tracks", 16, "tracks")
#: libavif looks each item and each chunk of samples up among all. A grid of four thousand cells takes 200 KB.
#: https://github.com/AOMediaCodec/libavif/blob/main/src/read.c (avifMetaFindOrCreateItem, avifGetSampleCountOfChunk)
LIST_BYTES = Limit("avif_list_bytes", 300_000, "bytes in its lists of items and samples")

_LISTS = frozenset({b"iinf", b"iloc", b"iref", b"ipma", b"stsc", b"stsz", b"stco", b"co64", b"stts", b"ctts", b"stss"})
#: Bytes before the boxes in a box; in a list of items there are as many as its version says.
_FIELDS = MappingProxyType({b"meta": 4, b"stsd": 8, b"av01": 78})
#: The boxes that are entered, each in the box that may contain it. So nothing is nested deeper than it should be.
_ENTERED: Mapping[bytes, frozenset[bytes]] = MappingProxyType(
    {
        b"": frozenset({b"meta", b"moov"}),
        b"meta": frozenset({b"iinf", b"iprp"}),
        b"iprp": frozenset({b"ipco"}),
        b"moov": frozenset({b"trak"}),
        b"trak": frozenset({b"edts", b"mdia", b"meta"}),
        b"mdia": frozenset({b"minf"}),
        b"minf": frozenset({b"stbl"}),
        b"stbl": frozenset({b"stsd"}),
        b"stsd": frozenset({b"av01"}),
    }
)


@dataclass(frozen=True, slots=True)
class Box:
    """A box's type, its content, where in the file that starts, and the boxes in it."""

    kind: bytes
    content: memoryview
    start: int
    children: tuple[Box, ...] = ()

    def find(self, *path: bytes) -> Box:
        """The first box that a path of types leads to; an empty box if there is none."""
        box = self
        for kind in path:
            box = next((child for child in box.children if child.kind == kind), _ABSENT)
        return box


_ABSENT = Box(b"", memoryview(b""), 0)


def walk(body: bytes) -> Box:
    """The file as a box without a type. Raises `LimitExceeded`."""
    return _Walker().enter(b"", memoryview(body), 0)


def bounded(parts: Iterable[_Part], limit: Limit = PARTS) -> Iterator[_Part]:
    """``parts``, if they are not too many. Raises `LimitExceeded`."""
    for count, part in enumerate(parts):
        if count == limit.value:
            raise too_many(limit, "AVIF")
        yield part


def uint(data: memoryview, position: int, size: int) -> int:
    return int.from_bytes(data[position : position + size])


def count_size(full_box: memoryview) -> int:
    """The bytes of a number of items, which grew with the version of a box."""
    return 4 if uint(full_box, 0, 1) else 2


class _Walker:
    """Counts what the limits are on, over the whole file."""

    def __init__(self) -> None:
        self._boxes = self._tracks = self._list_bytes = 0

    def enter(self, kind: bytes, content: memoryview, start: int) -> Box:
        skipped = 4 + count_size(content) if kind == b"iinf" else _FIELDS.get(kind, 0)
        return Box(kind, content, start, tuple(self._children(kind, content[skipped:], start + skipped)))

    def _children(self, parent: bytes, data: memoryview, start: int) -> Iterator[Box]:
        position, entered = 0, _ENTERED.get(parent, ())
        while position + 8 <= len(data):
            size, kind, head = uint(data, position, 4), bytes(data[position + 4 : position + 8]), 8
            if size == 1:
                size, head = uint(data, position + 8, 8), 16
            end = position + size if size else len(data)
            content = data[position + head : end]
            self._count(parent, kind, len(content))
            place = start + position + head
            yield self.enter(kind, content, place) if kind in entered else Box(kind, content, place)
            position = max(end, position + 8)

    def _count(self, parent: bytes, kind: bytes, length: int) -> None:
        self._boxes += 1
        self._tracks += kind == b"trak" and parent == b"moov"
        self._list_bytes += length if kind in _LISTS else 0
        counted = ((self._boxes, PARTS), (self._tracks, TRACKS), (self._list_bytes, LIST_BYTES))
        for count, limit in counted:
            if count > limit.value:
                raise too_many(limit, "AVIF")
