"""An AVIF before it is decoded: how much memory what it codes takes, and what its colours mean.

libavif and dav1d decode a picture of 268 million pixels, or many of them, whatever size the file declares.
"""

from __future__ import annotations

from collections.abc import Iterable
from heapq import nlargest
from itertools import islice

from edge.image.decode import av1, isobmff
from edge.image.decode.av1 import Nclx

_CODEC = b"av01"
#: As many frames as an AV1 decoder keeps: eight to look back at, and the one that it makes.
_KEPT = 9
#: The bytes before the boxes in a video's sample entry.
_SAMPLE_ENTRY = 78
#: A flag of an edit list.
_REPEATS = 1


def plane_bytes(body: bytes, size: tuple[int, int], frames: int) -> int:
    """The bytes that the planes of all coded pictures take together, transparency, thumbnails and the cells of a grid
    among them; of ``frames`` of an animation, as many as a decoder keeps. What is coded in another size than ``size``,
    the file's own, is scaled to it or put on a canvas: that takes as many again as its colours and its transparency.

    Raises `SourceRefused` where the file has more pieces than anything sound.
    """
    file = memoryview(body)
    pictures = isobmff.items(file, _CODEC).values()
    kept = _frames(header for picture in pictures for header in av1.headers([picture]))
    for track in isobmff.tracks(file, _CODEC):
        shown = _frames(av1.headers(islice(isobmff.samples(file, track), frames)))
        kept += nlargest(_KEPT, shown, key=lambda frame: frame.bytes)
    others = (frame.half_bytes for frame in kept if (frame.width, frame.height) != size)
    return sum(frame.bytes for frame in kept) + max(others, default=0) * size[0] * size[1]


def _frames(headers: Iterable[av1.Header]) -> list[av1.Frame]:
    return [header for header in isobmff.bounded(headers) if isinstance(header, av1.Frame)]


def nclx(body: bytes) -> Nclx | None:
    """What the colours mean: primaries, transfer, matrix (numbers of ITU-T H.273), and whether the range is full.

    The file's word, or that of its AV1: the animation's where the file is first of all that, else the primary
    picture's. None where neither says it.
    """
    file = memoryview(body)
    track = next(isobmff.tracks(file, _CODEC), None) if body[8:12] == b"avis" else None
    if track is None:
        primary = isobmff.primary(file)
        properties = isobmff.properties(file, primary)
        streams = [item for number, item in isobmff.items(file, _CODEC).items() if number == primary]
    else:
        properties = isobmff.boxes(isobmff.sample_entry(track, _CODEC)[_SAMPLE_ENTRY:])
        streams = list(islice(isobmff.samples(file, track), 1))
    for kind, data in properties:
        if kind == b"colr" and data[:4].tobytes() == b"nclx":
            numbers = (isobmff.uint(data, position, 2) for position in (4, 6, 8))
            return next(numbers), next(numbers), next(numbers), isobmff.uint(data, 10, 1) >= 128
    sequences = (header for header in av1.headers(streams) if isinstance(header, av1.Sequence))
    return next((sequence.nclx for sequence in sequences), None)


def without_exif(body: bytes) -> bytes:
    """The same AVIF with no item of EXIF, which libavif refuses a file for where it is damaged."""
    file = memoryview(bytearray(body))
    for entry in isobmff.entries(file, b"Exif"):
        isobmff.kind_of(entry)[:] = b"skip"
    return bytes(file)


def plays(body: bytes) -> int:
    """How often an animation plays, by its first edit list; 0 is for ever, which browsers also
    take where nothing is said.

    A repeating list goes on until the track's own duration is over, which may be without end.
    """
    for kind, track in isobmff.boxes(isobmff.inside(memoryview(body), b"moov")):
        edits = isobmff.inside(track, b"edts", b"elst")
        if kind != b"trak" or not edits:
            continue
        wide = 8 if edits[0] else 4
        once, flags = isobmff.uint(edits, 8, wide), isobmff.uint(edits, 1, 3)
        if not flags & _REPEATS:
            return 1
        head = isobmff.inside(track, b"tkhd")
        wide = 8 if isobmff.uint(head, 0, 1) else 4
        whole = isobmff.uint(head, 12 + 2 * wide, wide)
        return -(-whole // once) if once and whole != (1 << 8 * wide) - 1 else 0
    return 0
