"""ISO base media files: boxes in boxes, and where in the file the streams of pictures and of tracks lie.

What is cut short reads as zeros here, since whether a file is sound is for its decoder to say; but a file of more
pieces than anything sound is refused.
ISO/IEC 14496-12 (boxes, tracks) and 23008-12 (items); https://aomediacodec.github.io/av1-avif/
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

from edge.contract.errors import SourceRefused

Box = tuple[bytes, memoryview]
Thing = TypeVar("Thing")

#: Boxes, items, samples, units of streams: sound files have some dozens of each, and a big grid a thousand.
_MOST = 20_000
#: A picture's colours and its transparency are a track each.
_MOST_TRACKS = 16
#: The bytes before the boxes in a box with a version, and in a list of sample entries.
_VERSION, _LIST = 4, 8
_EMPTY = memoryview(b"")


def bounded(things: Iterable[Thing], most: int = _MOST) -> Iterator[Thing]:
    """``things``, as long as they are not too many. Raises `SourceRefused`."""
    for count, thing in enumerate(things):
        if count == most:
            raise SourceRefused.damaged("The AVIF file is damaged: it is made of too many pieces.")
        yield thing


def uint(data: memoryview, position: int, size: int) -> int:
    return int.from_bytes(data[position : position + size])


def boxes(data: memoryview) -> Iterator[Box]:
    """Each box's type and content."""
    return bounded(_boxes(data))


def _boxes(data: memoryview) -> Iterator[Box]:
    position = 0
    while position + 8 <= len(data):
        size, kind, head = uint(data, position, 4), bytes(data[position + 4 : position + 8]), 8
        if size == 1:
            size, head = uint(data, position + 8, 8), 16
        end = position + size if size else len(data)
        yield kind, data[position + head : end]
        position = max(end, position + 8)


def inside(data: memoryview, *path: bytes) -> memoryview:
    """The content of the first box that a path of types leads to; nothing where there is none."""
    for kind in path:
        data = next((content for found, content in boxes(data) if found == kind), _EMPTY)
        data = data[_VERSION:] if kind == b"meta" else data
    return data


def items(file: memoryview, codec: bytes) -> dict[int, memoryview]:
    """The stream of each picture of that ``codec``, by its number. What is in several pieces is put together."""
    meta = inside(file, b"meta")
    wanted = {_number(entry) for entry in entries(file, codec)}
    places = (file, inside(meta, b"idat"))
    found: dict[int, list[memoryview]] = {}
    left = 2 * len(file)  # bytes that are named again and again would fill the memory
    for number, place, start, length in bounded(_extents(inside(meta, b"iloc"))):
        if number in wanted and place < len(places):
            piece = places[place][start : start + length]
            found.setdefault(number, []).append(piece)
            left -= len(piece)
    if left < 0:
        raise SourceRefused.damaged("The AVIF file is damaged: its pictures lie over each other.")
    return {number: memoryview(b"".join(pieces)) for number, pieces in found.items()}


def entries(file: memoryview, kind: bytes) -> Iterator[memoryview]:
    """What the file's list of items says of each of a ``kind``."""
    listed = inside(file, b"meta", b"iinf")
    for name, entry in boxes(listed[_VERSION + _count_size(listed) :]):
        if name == b"infe" and kind_of(entry).tobytes() == kind:
            yield entry


def kind_of(entry: memoryview) -> memoryview:
    """The four bytes that name the kind of an item."""
    at = 10 if uint(entry, 0, 1) > 2 else 8
    return entry[at : at + 4]


def _count_size(data: memoryview) -> int:
    return 4 if uint(data, 0, 1) else 2


def _number(entry: memoryview) -> int:
    return uint(entry, 4, 4 if uint(entry, 0, 1) > 2 else 2)


def _extents(iloc: memoryview) -> Iterator[tuple[int, int, int, int]]:
    """The number of an item, where its data is (0: the file, 1: the box idat), start and length of each piece."""
    version, sizes = uint(iloc, 0, 1), uint(iloc, 4, 2)
    offset_size, length_size, base_size = sizes >> 12, sizes >> 8 & 15, sizes >> 4 & 15
    index_size = sizes & 15 if version else 0
    wide = 4 if version > 1 else 2
    position = 6 + wide
    for _ in bounded(range(uint(iloc, 6, wide))):
        number = uint(iloc, position, wide)
        position += wide
        place = uint(iloc, position, 2) & 15 if version else 0
        position += 4 if version else 2
        base, pieces = uint(iloc, position, base_size), uint(iloc, position + base_size, 2)
        position += base_size + 2
        for _ in range(pieces):
            start = base + uint(iloc, position + index_size, offset_size)
            position += index_size + offset_size
            yield number, place, start, uint(iloc, position, length_size)
            position += length_size


def primary(file: memoryview) -> int:
    """The number of the picture that the file is about."""
    box = inside(file, b"meta", b"pitm")
    return uint(box, 4, _count_size(box))


def properties(file: memoryview, item: int) -> Iterator[Box]:
    """What the file says of one picture."""
    both = inside(file, b"meta", b"iprp")
    known = list(boxes(inside(both, b"ipco")))
    for number, index in bounded(_associations(inside(both, b"ipma"))):
        if number == item and 0 < index <= len(known):
            yield known[index - 1]


def _associations(ipma: memoryview) -> Iterator[tuple[int, int]]:
    """Each item's number, and a property's place in the list of all, counted from 1."""
    wide, index_size = _count_size(ipma), 1 + (uint(ipma, 3, 1) & 1)
    position = 8
    for _ in bounded(range(uint(ipma, 4, 4))):
        number, count = uint(ipma, position, wide), uint(ipma, position + wide, 1)
        position += wide + 1
        for _ in range(count):
            yield number, uint(ipma, position, index_size) & (1 << 8 * index_size - 1) - 1
            position += index_size


def tracks(file: memoryview, codec: bytes) -> Iterator[memoryview]:
    """The table of samples of each track of that ``codec``."""
    found = (track for kind, track in boxes(inside(file, b"moov")) if kind == b"trak")
    for track in bounded(found, _MOST_TRACKS):
        table = inside(track, b"mdia", b"minf", b"stbl")
        if sample_entry(table, codec):
            yield table


def sample_entry(table: memoryview, codec: bytes) -> memoryview:
    return inside(inside(table, b"stsd")[_LIST:], codec)


def samples(file: memoryview, table: memoryview) -> Iterator[memoryview]:
    """Each frame's stream: chunks lie anywhere, the samples of a chunk one behind the other."""
    sizes, runs = inside(table, b"stsz"), inside(table, b"stsc")
    wide = 8 if (chunks := inside(table, b"co64")) else 4
    chunks = chunks or inside(table, b"stco")
    same, sample, run = uint(sizes, 4, 4), 0, 0
    for chunk in bounded(range(uint(chunks, 4, 4))):
        position = uint(chunks, 8 + wide * chunk, wide)
        if chunk + 1 == uint(runs, 20 + 12 * run, 4):
            run += 1
        for _ in range(uint(runs, 12 + 12 * run, 4)):
            if sample == uint(sizes, 8, 4):
                return
            size = same or uint(sizes, 12 + 4 * sample, 4)
            yield file[position : position + size]
            position, sample = position + size, sample + 1
