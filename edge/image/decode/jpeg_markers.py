"""The segments of a JPEG file: https://www.w3.org/Graphics/JPEG/itu-t81.pdf, annex B"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from edge.image.decode.limits import Limit, LimitExceeded, too_many

#: A profile may take 255 segments, and each may have 64 KB.
SEGMENTS = Limit("jpeg_segments", 5_000, "segments")
#: Bytes before the first scan that belong to no segment.
JUNK = Limit("jpeg_junk", 100_000, "bytes between segments")
SCAN, END = 0xDA, 0xD9
_SCAN_START = bytes((0xFF, SCAN))

#: The last of the fill bytes that may stand before a marker, and the marker.
_MARKER = re.compile(rb"\xff([^\x00\xff])")
#: The same among the data of a scan, where a restart marker is part of the data, as is TEM.
_MARKER_IN_SCAN = re.compile(rb"\xff([^\x00\x01\xff\xd0-\xd7])")
#: Markers without a length: TEM, restarts, start and end of the image.
_ALONE = frozenset({0x01, *range(0xD0, 0xDA)})


class Segment(NamedTuple):
    """A segment's marker, and where its content starts and ends in the file."""

    marker: int
    start: int
    end: int


def walk(body: bytes) -> Iterator[Segment]:
    """The segments up to the end of the first image. Raises `LimitExceeded`, each time it would read too far.

    Lazy, so that the data of a scan is searched only if someone asks what comes after it.
    """
    position, junk, in_scan = 2, 0, False
    for _ in range(int(SEGMENTS.value)):
        found = _MARKER_IN_SCAN.search(body, position) if in_scan else _next_marker(body, position)
        if found is None:
            return
        marker, start = found[1][0], found.end()
        junk += 0 if in_scan else start - position - 2
        if junk > JUNK.value:
            raise _too_much_junk()
        position = start + (0 if marker in _ALONE else max(2, int.from_bytes(body[start : start + 2])))
        if in_scan and marker == END:
            return
        in_scan = in_scan or marker == SCAN
        yield Segment(marker, start + 2, position)
    raise too_many(SEGMENTS, "JPEG")


def has_more_scans(most: int, segments: Iterable[Segment], body: bytes, start: int = 0, end: int | None = None) -> bool:
    """Whether there are more than ``most`` scans among ``segments``, which lie between ``start`` and ``end``."""
    if body.count(_SCAN_START, start, end) <= most:  # a hundred times faster than looking at each segment
        return False
    scans = (segment for segment in segments if segment.marker == SCAN)
    return next(islice(scans, most, None), None) is not None


def _next_marker(body: bytes, position: int) -> re.Match[bytes] | None:
    # No further than junk may go: otherwise a file of nothing else would be searched again and again.
    found = _MARKER.search(body, position, position + int(JUNK.value))
    if found is None and len(body) - position >= JUNK.value:
        raise _too_much_junk()
    return found


def _too_much_junk() -> LimitExceeded:
    return too_many(JUNK, "JPEG")
