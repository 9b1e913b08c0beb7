"""The tracks of an ISO base media file: its animations. ISO/IEC 14496-12, sections 8.3 to 8.7."""

from __future__ import annotations

from collections.abc import Iterator

from edge.image.decode.isobmff import PARTS, Box, bounded, uint
from edge.image.decode.limits import too_many

#: A flag of an edit list.
_REPEATS = 1


def sample_tables(file: Box, codec: bytes) -> Iterator[Box]:
    """The sample table of each track of that ``codec``."""
    for track in file.find(b"moov").children:
        table = track.find(b"mdia", b"minf", b"stbl")
        if track.kind == b"trak" and table.find(b"stsd", codec).content:
            yield table


def check_samples(file: Box) -> None:
    """Raises `LimitExceeded` if the tracks have too many samples: libavif allocates some bytes for each."""
    tables = (track.find(b"mdia", b"minf", b"stbl") for track in file.find(b"moov").children)
    sizes = (box.content for table in tables for box in table.children if box.kind == b"stsz")
    if sum(uint(each, 8, 4) for each in sizes) > PARTS.value:
        raise too_many(PARTS, "AVIF")


def samples(file: Box, table: Box) -> Iterator[memoryview]:
    """The data of each frame: chunks lie anywhere in the file, the samples of a chunk one after the other."""
    sizes, runs = table.find(b"stsz").content, table.find(b"stsc").content
    wide = 8 if (chunks := table.find(b"co64").content) else 4
    chunks = chunks or table.find(b"stco").content
    same, sample, run = uint(sizes, 4, 4), 0, 0
    for chunk in bounded(range(uint(chunks, 4, 4))):
        position = uint(chunks, 8 + wide * chunk, wide)
        if chunk + 1 == uint(runs, 20 + 12 * run, 4):
            run += 1
        for _ in range(uint(runs, 12 + 12 * run, 4)):
            if sample == uint(sizes, 8, 4):
                return
            size = same or uint(sizes, 12 + 4 * sample, 4)
            yield file.content[position : position + size]
            position, sample = position + size, sample + 1


def plays(file: Box) -> int:
    """How often an animation plays, by its first edit list; 0 is forever, which browsers also do without a list.

    A repeated list goes on for the duration of its track, which may be infinite.
    """
    tracks = (track for track in file.find(b"moov").children if track.kind == b"trak")
    for track, edits in ((track, track.find(b"edts", b"elst").content) for track in tracks):
        if edits:
            return _plays(edits, track.find(b"tkhd").content)
    return 0


def _plays(edits: memoryview, header: memoryview) -> int:
    wide = 8 if edits[0] else 4
    once, flags = uint(edits, 8, wide), uint(edits, 1, 3)
    if not flags & _REPEATS:
        return 1
    wide = 8 if uint(header, 0, 1) else 4
    total = uint(header, 12 + 2 * wide, wide)
    return -(-total // once) if once and total != (1 << 8 * wide) - 1 else 0
