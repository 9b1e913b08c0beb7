"""Animated PNG, composed as browsers do.

Pillow's own reader blends wrongly into transparent pixels and palettes, and plays on top of the default image. Here
Pillow decodes each frame as a PNG of its own.
https://www.w3.org/TR/png-3/#apng-frame-based-animation
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from PIL import Image

from edge.image.decode.composition import ComposedImage, Disposal, FramePart
from edge.image.decode.errors import damaged
from edge.image.decode.png_chunks import Chunk
from edge.image.decode.png_reader import open_png
from edge.image.decode.png_stored import StoredPng
from edge.image.geometry import Size

#: Sequence number, width, height, left, top, delay as a fraction of a second, disposal, blending.
_CONTROL = struct.Struct(">5I2H2B")
_DISPOSALS = (Disposal.KEEP, Disposal.CLEAR, Disposal.RESTORE)
_BLENDS = (False, True)
#: More frames are no animation: https://www.w3.org/TR/png-3/#acTL-chunk (four-byte integers)
_MAX_ANNOUNCED = 2**31 - 1
_PARTS = frozenset({b"IDAT", b"fcTL", b"fdAT"})

_Frame = tuple[memoryview, list[memoryview]]


def compose(
    body: bytes, chunks: Sequence[Chunk], stored: StoredPng, still: Image.Image, control: bytes, max_frames: int
) -> ComposedImage | None:
    """The animation that acTL's content ``control`` announces, with no more than ``max_frames`` frames.

    ``still``, opened from ``stored``, is the default image. An animation ends before the first frame that breaks the
    rules, as in browsers; None if there is no other. Raises `SourceRefused` if an animation is cut off.
    """
    announced = _u32(control)
    if not 0 < announced <= _MAX_ANNOUNCED:
        return None
    most = min(max_frames, announced)
    parts = list(_parts(stored, _frames(body, chunks, most, still.size), still.size))
    if _is_cut_off(body, chunks[-1], missing=len(parts) < most):
        raise damaged("The PNG file is damaged or incomplete")
    if not parts:
        return None
    poster = FramePart(lambda: still, (0, 0, *still.size)) if len(parts) > 1 else parts[0]
    return ComposedImage("PNG", still.size, parts, poster, _u32(control[4:]), still.info)


def _is_cut_off(body: bytes, last: Chunk, *, missing: bool) -> bool:
    """Whether the file ends within a frame, or before its end with frames ``missing``."""
    return (last.name in _PARTS and last.end > len(body)) or (missing and last.name != b"IEND")


def _frames(body: bytes, chunks: Iterable[Chunk], most: int, canvas: Size) -> list[_Frame]:
    """The control chunk and the data of each frame that has data, up to the first that breaks the rules."""
    frames: list[_Frame] = []
    sequence = 0
    for chunk in chunks:
        data = chunk.content(body)
        if chunk.name in (b"fcTL", b"fdAT"):
            if _u32(data) != sequence:
                break
            sequence += 1
        if chunk.name == b"fcTL":
            if len(frames) == most or not chunk.is_sound(body):
                break
            frames.append((data, []))
        elif chunk.name == b"fdAT" and frames:
            frames[-1][1].append(data[4:])
        elif chunk.name == b"IDAT" and sequence == 1:
            if bytes(frames[0][0][4:20]) != struct.pack(">4I", *canvas, 0, 0):
                return []
            frames[0][1].append(data)
    return [frame for frame in frames if frame[1]]


def _parts(stored: StoredPng, frames: Iterable[_Frame], canvas: Size) -> Iterator[FramePart]:
    for control, data in frames:
        try:
            yield _part(stored, control, data, canvas)
        except (struct.error, ValueError, IndexError):
            return


def _part(stored: StoredPng, control: memoryview, data: Sequence[memoryview], canvas: Size) -> FramePart:
    """Raises `ValueError`, `IndexError` or `struct.error` if a frame breaks the rules."""
    _, width, height, left, top, numerator, denominator, disposal, blend = _CONTROL.unpack(control)
    region = left, top, left + width, top + height
    if not (width and height and region[2] <= canvas[0] and region[3] <= canvas[1]):
        raise ValueError("an empty frame, or one outside the image")
    frame = replace(stored, header=struct.pack(">2I", width, height) + stored.header[8:], data=data)
    ms = 1000 * numerator / (denominator or 100)
    return FramePart(partial(open_png, frame), region, ms, _DISPOSALS[disposal], _BLENDS[blend])


def _u32(data: bytes | memoryview) -> int:
    return int.from_bytes(data[:4])
