"""The JPEG streams in a TIFF file, one in each strip or tile: each has the limits of a JPEG file.

https://www.itu.int/itudoc/itu-t/com16/tiff-fx/docs/TTN2.pdf
"""

from __future__ import annotations

from collections.abc import Iterator

from edge.image.decode import jpeg_end, jpeg_markers
from edge.image.decode.errors import damaged
from edge.image.decode.jpeg_markers import SCAN, Segment
from edge.image.decode.limits import Limit, too_many
from edge.image.decode.tiff_blocks import TiffBlocks

#: As in a JPEG file.
SCANS = Limit("tiff_jpeg_scans", 64, "scans in one strip or tile")

#: Start of a frame: progressive ones, whose pixels come in several scans, and others; with either kind of coding.
_PROGRESSIVE = frozenset({0xC2, 0xCA})
_FRAMES = frozenset({0xC0, 0xC1, 0xC3, 0xC9}) | _PROGRESSIVE
#: Bytes of a coefficient, and how many of them are too few to matter.
_COEFFICIENT, _FEW = 2, 50_000_000


def check_scans(body: bytes, blocks: TiffBlocks) -> None:
    """Raises `LimitExceeded` if a block has too many scans: each takes the time of the whole block."""
    for start, length in set(blocks.data):
        segments = jpeg_markers.walk(body[start : start + length])
        if jpeg_markers.has_more_scans(int(SCANS.value), segments, body, start, start + length):
            raise too_many(SCANS, "TIFF")


def check_frames(body: bytes, blocks: TiffBlocks) -> None:
    """Raises `SourceRefused` if an image does not fill its block: libtiff would show what the memory held before."""
    for (start, length), size in set(zip(blocks.data, blocks.visible_sizes, strict=False)):
        frame = _frame(body[start : start + length])
        found = int.from_bytes(frame[3:5]), int.from_bytes(frame[1:3])
        if found[0] < size[0] or found[1] < size[1]:
            raise damaged(
                f"A strip or tile of the TIFF file has {size[0]} × {size[1]} pixels, and its JPEG image "
                f"{found[0]} × {found[1]}"
            )


def are_complete(body: bytes, blocks: TiffBlocks, tables: bytes) -> bool:
    """Whether no block ends early: libtiff would show grey for the pixels that are missing.

    ``tables`` is a stream of the tables that all blocks share. Decodes the blocks that have no end marker.
    """
    streams = (body[start : start + length] for start, length in set(blocks.data))
    return all(stream.endswith(jpeg_end.END_MARKER) or _is_complete(stream, tables, blocks) for stream in streams)


def _is_complete(stream: bytes, tables: bytes, blocks: TiffBlocks) -> bool:
    scan = next((segment for segment in jpeg_markers.walk(stream) if segment.marker == SCAN), None)
    if jpeg_end.has_end(stream, scan):
        return True
    frame = _frame(stream)
    if int.from_bytes(frame[3:5]) > blocks.size[0] or int.from_bytes(frame[1:3]) > blocks.size[1]:
        return False  # libtiff does not decode it either
    whole = tables.removesuffix(jpeg_end.END_MARKER) + stream[2:] if tables else stream
    return jpeg_end.is_complete(whole, jpeg_markers.walk(whole), frame[6::3])


def _frame(stream: bytes) -> bytes:
    """The header of the stream's frame; empty if there is none."""
    for marker, start, end in jpeg_markers.walk(stream):
        if marker in _FRAMES:
            return stream[start:end]
    return b""


def coefficient_bytes(body: bytes, blocks: TiffBlocks) -> int:
    """What libjpeg keeps of the largest block in several scans until it has read the last one; 0 if that is little."""
    if blocks.size[0] * blocks.size[1] * blocks.samples * _COEFFICIENT < _FEW:
        return 0
    streams = (body[start : start + length] for start, length in set(blocks.data))
    return max((_kept(stream, jpeg_markers.walk(stream)) for stream in streams), default=0)


def _kept(stream: bytes, segments: Iterator[Segment]) -> int:
    frame, is_progressive = b"", False
    for marker, start, end in segments:
        if marker in _FRAMES:
            frame, is_progressive = stream[start:end], marker in _PROGRESSIVE
        elif marker == SCAN:
            has_all_components = stream[start : start + 1] == frame[5:6]
            return 0 if has_all_components and not is_progressive else _samples(frame) * _COEFFICIENT
    return 0


def _samples(frame: bytes) -> int:
    """The samples of all components of a frame: ITU-T T.81, B.2.2."""
    height, width = int.from_bytes(frame[1:3]), int.from_bytes(frame[3:5])
    sampling = [(each >> 4) * (each & 15) for each in frame[7::3]]
    return width * height * sum(sampling) // max(1, *sampling, 1)
