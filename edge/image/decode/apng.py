"""Animated PNG, composed as browsers do.

Pillow's own reader blends wrongly into transparent pixels and palettes, and plays on top of the default image. Here
Pillow decodes each frame as a PNG of its own.
https://www.w3.org/TR/png-3/#apng-frame-based-animation
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Sequence
from functools import partial
from itertools import takewhile

from PIL.PngImagePlugin import PngImageFile

from edge.image.decode import png_chunks
from edge.image.decode.composition import ComposedImage, Disposal, FramePart
from edge.image.decode.errors import damaged
from edge.image.decode.png_chunks import Chunk
from edge.image.decode.png_reader import open_png

_Named = tuple[bytes, memoryview]

#: Chunks before the first IDAT that a frame needs to be decoded, beside its header.
_COLOURS = frozenset({b"PLTE", b"tRNS"})
#: Sequence number, width, height, left, top, delay as a fraction of a second, disposal, blending.
_CONTROL = struct.Struct(">5I2H2B")
_DISPOSALS = (Disposal.KEEP, Disposal.CLEAR, Disposal.RESTORE)
_BLEND_OVER = 1


def compose(body: bytes, chunks: Sequence[Chunk], still: PngImageFile, max_frames: int) -> ComposedImage | None:
    """The animation in a PNG whose default image is ``still``, with no more than ``max_frames`` frames.

    None if the file has no animation, or one that breaks the rules. Raises `SourceRefused` if an animation is cut off.
    """
    before = list(takewhile(lambda chunk: chunk.name != b"IDAT", chunks))
    control = next((chunk.content(body) for chunk in before if chunk.name == b"acTL"), None)
    if control is None:
        return None
    if not png_chunks.is_complete(body, chunks):
        raise damaged("The PNG file is damaged or incomplete")
    frames = _frames(body, chunks, min(max_frames, _u32(control)))
    colours = [chunk for chunk in before if chunk.name in _COLOURS and png_chunks.is_usable(body, chunk)]
    try:
        found = [(chunk.name, chunk.content(body)) for chunk in colours]
        parts = [_part(before[0].content(body), found, *frame, still) for frame in frames]
    except (struct.error, ValueError, IndexError):
        return None
    if not parts:
        return None
    poster = FramePart(lambda: still, (0, 0, *still.size)) if len(parts) > 1 else parts[0]
    return ComposedImage("PNG", still.size, parts, poster, _u32(control[4:]), still.info)


def _frames(body: bytes, chunks: Iterable[Chunk], most: int) -> list[tuple[memoryview, list[memoryview]]]:
    """Each frame's control chunk and its data; empty if the sequence numbers are out of order."""
    frames: list[tuple[memoryview, list[memoryview]]] = []
    sequence = 0
    for chunk in chunks:
        data = chunk.content(body)
        if chunk.name in (b"fcTL", b"fdAT"):
            if _u32(data) != sequence:
                return []
            sequence += 1
        if chunk.name == b"fcTL":
            if len(frames) == most:
                break
            frames.append((data, []))
        elif frames and chunk.name in (b"IDAT", b"fdAT"):
            frames[-1][1].append(data[4:] if chunk.name == b"fdAT" else data)
    return frames


def _part(
    header: memoryview, colours: Sequence[_Named], control: memoryview, data: Sequence[memoryview], still: PngImageFile
) -> FramePart:
    """Raises `ValueError`, `IndexError` or `struct.error` if a frame breaks the rules."""
    _, width, height, left, top, numerator, denominator, disposal, blend = _CONTROL.unpack(control)
    region = left, top, left + width, top + height
    if not (data and width and height and region[2] <= still.width and region[3] <= still.height):
        raise ValueError("an empty frame, or one outside the image")
    own_header = memoryview(struct.pack(">2I", width, height) + header[8:])
    chunks = [(b"IHDR", own_header), *colours, *((b"IDAT", part) for part in data), (b"IEND", memoryview(b""))]
    ms = 1000 * numerator / (denominator or 100)
    return FramePart(partial(_open_frame, chunks), region, ms, _DISPOSALS[disposal], blend == _BLEND_OVER)


def _open_frame(chunks: Iterable[_Named]) -> PngImageFile:
    written: list[bytes | memoryview] = [png_chunks.SIGNATURE]
    for name, data in chunks:
        checksum = zlib.crc32(data, zlib.crc32(name))
        written += [struct.pack(">I4s", len(data), name), data, struct.pack(">I", checksum)]
    return open_png(b"".join(written))


def _u32(data: memoryview) -> int:
    return int.from_bytes(data[:4])
