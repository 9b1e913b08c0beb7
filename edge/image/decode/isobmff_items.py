"""The items of an ISO base media file: its still images and their metadata. ISO/IEC 14496-12, section 8.11."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from edge.image.decode.isobmff import Box, bounded, count_size, uint
from edge.image.decode.limits import Limit, too_many

COPIED_BYTES = Limit("avif_copied_bytes", 100_000_000, "bytes of metadata and of images in several extents")
_IMAGE = b"av01"


def entries(file: Box, kind: bytes) -> Iterator[Box]:
    """The entries for items of a ``kind`` in the file's list of items."""
    for entry in file.find(b"meta", b"iinf").children:
        if entry.kind == b"infe" and bytes(entry.content[kind_at(entry) : kind_at(entry) + 4]) == kind:
            yield entry


def kind_at(entry: Box) -> int:
    """Where in an entry the four bytes are that name its item's kind."""
    return 10 if uint(entry.content, 0, 1) > 2 else 8


def streams(file: Box, kind: bytes) -> dict[int, memoryview]:
    """The data of each item of a ``kind``, by its id, joined if it is in several extents. Items may share their data.

    Call `check_copies` before.
    """
    wanted = set(_ids(file, kind))
    found = ((item, extents) for item, extents in _data(file).items() if item in wanted)
    return {item: extents[0] if len(extents) == 1 else memoryview(b"".join(extents)) for item, extents in found}


def check_copies(file: Box) -> None:
    """Raises `LimitExceeded` if reading all items would copy too many bytes, for they may share them.

    An image in one extent is decoded where it lies. All else is copied, by libavif and by `streams`.
    """
    in_place = set(_ids(file, _IMAGE))
    copied = (extents for item, extents in _data(file).items() if len(extents) > 1 or item not in in_place)
    if sum(len(extent) for extents in copied for extent in extents) > COPIED_BYTES.value:
        raise too_many(COPIED_BYTES, "AVIF")


def _ids(file: Box, kind: bytes) -> Iterator[int]:
    return (uint(entry.content, 4, 4 if uint(entry.content, 0, 1) > 2 else 2) for entry in entries(file, kind))


def _data(file: Box) -> dict[int, list[memoryview]]:
    """The extents of each item, by its id."""
    sources = (file.content, file.find(b"meta", b"idat").content)
    found: dict[int, list[memoryview]] = {}
    for item, source, start, length in bounded(_extents(file.find(b"meta", b"iloc").content)):
        if source < len(sources):
            found.setdefault(item, []).append(sources[source][start : start + length])
    return found


def _extents(iloc: memoryview) -> Iterator[tuple[int, int, int, int]]:
    """For each extent the item's id, its source (0: the file, 1: the box idat), its start and its length."""
    version, sizes = uint(iloc, 0, 1), uint(iloc, 4, 2)
    offset_size, length_size, base_size = sizes >> 12, sizes >> 8 & 15, sizes >> 4 & 15
    index_size = sizes & 15 if version else 0
    wide = 4 if version > 1 else 2
    position = 6 + wide
    for _ in bounded(range(uint(iloc, 6, wide))):
        item = uint(iloc, position, wide)
        position += wide
        source = uint(iloc, position, 2) & 15 if version else 0
        position += 4 if version else 2
        base, extents = uint(iloc, position, base_size), uint(iloc, position + base_size, 2)
        position += base_size + 2
        for _ in range(extents):
            start = base + uint(iloc, position + index_size, offset_size)
            position += index_size + offset_size
            yield item, source, start, uint(iloc, position, length_size)
            position += length_size


def primary(file: Box) -> int:
    """The id of the item that the file is about."""
    pitm = file.find(b"meta", b"pitm").content
    return uint(pitm, 4, count_size(pitm))


def properties(file: Box, item: int) -> Iterator[Box]:
    """The properties of one item."""
    container = file.find(b"meta", b"iprp")
    known = container.find(b"ipco").children
    lists = (_associations(box.content) for box in container.children if box.kind == b"ipma")
    for number, index in bounded(chain.from_iterable(lists)):
        if number == item and 0 < index <= len(known):
            yield known[index - 1]


def _associations(ipma: memoryview) -> Iterator[tuple[int, int]]:
    """An item's id, and the number of one of its properties, counted from 1."""
    wide, index_size = count_size(ipma), 1 + (uint(ipma, 3, 1) & 1)
    position = 8
    for _ in bounded(range(uint(ipma, 4, 4))):
        item, count = uint(ipma, position, wide), uint(ipma, position + wide, 1)
        position += wide + 1
        for _ in range(count):
            yield item, uint(ipma, position, index_size) & (1 << 8 * index_size - 1) - 1
            position += index_size
