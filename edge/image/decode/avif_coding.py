"""What an AVIF file codes: how much memory its decoder needs, and what its colours mean.

libavif and dav1d decode an image of 268 million pixels, or many of them, whatever size the file declares.
https://aomediacodec.github.io/av1-avif/
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import nlargest
from itertools import chain, islice

from edge.image.decode import av1, isobmff, isobmff_items, isobmff_tracks
from edge.image.decode.av1_sequence import Frame, Nclx, SequenceHeader
from edge.image.decode.isobmff import Box
from edge.image.geometry import Size

_CODEC = b"av01"
#: As many frames as an AV1 decoder keeps: eight references, and the one that it decodes.
_KEPT_FRAMES = 9
_ANIMATION = b"avis"


@dataclass(frozen=True, slots=True)
class AvifCoding:
    """The headers in the AV1 streams of an AVIF file: those of its items by id, and those of its tracks."""

    file: Box
    items: Mapping[int, Sequence[av1.Header]]
    tracks: Sequence[Sequence[av1.Header]]

    @classmethod
    def read(cls, file: Box, frames: int) -> AvifCoding:
        """Reads each item, and ``frames`` of each track. Raises `LimitExceeded`."""
        items: dict[int, list[av1.Header]] = {}
        streams = isobmff_items.streams(file, _CODEC)
        found = ((item, header) for item, stream in streams.items() for header in av1.headers([stream]))
        for item, header in isobmff.bounded(found):
            items.setdefault(item, []).append(header)
        samples = (isobmff_tracks.samples(file, table) for table in isobmff_tracks.sample_tables(file, _CODEC))
        tracks = [list(isobmff.bounded(av1.headers(islice(each, frames)))) for each in samples]
        return cls(file, items, tracks)

    def plane_bytes(self, size: Size) -> int:
        """The bytes that all coded images take together, with transparency, thumbnails and the cells of a grid; of an
        animation's frames, as many as a decoder keeps.

        What is coded in another size than ``size``, the file's own, is scaled to it or put on a canvas: that takes as
        many bytes again as its colours and its transparency.
        """
        kept = list(_frames(chain.from_iterable(self.items.values())))
        for headers in self.tracks:
            kept += nlargest(_KEPT_FRAMES, _frames(headers), key=lambda frame: frame.bytes)
        scaled = (frame.half_bytes for frame in kept if (frame.width, frame.height) != size)
        return sum(frame.bytes for frame in kept) + max(scaled, default=0) * size[0] * size[1]

    @property
    def frame_pixels(self) -> int:
        """The pixels of all frames of the tracks, those included that are decoded and not shown."""
        return sum(frame.width * frame.height for headers in self.tracks for frame in _frames(headers))

    @property
    def nclx(self) -> Nclx | None:
        """Primaries, transfer and matrix (numbers of ITU-T H.273), and whether the range is full.

        As the file says or, failing that, its AV1 stream: those of the animation if the file is primarily one,
        otherwise those of the primary image. None if neither says.
        """
        table = next(isobmff_tracks.sample_tables(self.file, _CODEC), None)
        if table is None or bytes(self.file.content[8:12]) != _ANIMATION:
            primary = isobmff_items.primary(self.file)
            properties, headers = isobmff_items.properties(self.file, primary), self.items.get(primary, ())
        else:
            properties, headers = iter(table.find(b"stsd", _CODEC).children), self.tracks[0]
        return _colour_property(properties) or next(
            (header.nclx for header in headers if isinstance(header, SequenceHeader)), None
        )


def _colour_property(properties: Iterator[Box]) -> Nclx | None:
    for box in properties:
        if box.kind == b"colr" and bytes(box.content[:4]) == b"nclx":
            primaries, transfer, matrix = (isobmff.uint(box.content, position, 2) for position in (4, 6, 8))
            return primaries, transfer, matrix, isobmff.uint(box.content, 10, 1) >= 128
    return None


def _frames(headers: Iterable[av1.Header]) -> Iterator[Frame]:
    return (header for header in headers if isinstance(header, Frame))
