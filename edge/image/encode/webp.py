"""Animated WebPs, written frame by frame. Each frame holds only what changes.

libwebp's own animation encoder makes larger files in the same time, because it regularly tries whole frames; without
those it never shows changes that are too slow for it, such as a fade. `FrameDiffer` has neither problem.
https://developers.google.com/speed/webp/docs/riff_container
"""

from __future__ import annotations

import struct

from PIL import Image

from edge.image.decode import riff
from edge.image.decode.exif import PREFIX
from edge.image.encode import still
from edge.image.encode.frame_diff import FrameDiff, FrameDiffer
from edge.image.encode.graphics import is_graphic
from edge.image.encode.quality import to_encoder
from edge.image.geometry import Size

#: Pixels of all frames. Up to here, half as much time again is spent for about a tenth fewer bytes.
_THOROUGH_PIXELS = 15_000_000
#: A chroma block of VP8 covers 8 by 8 pixels of the image.
_BLOCK = 8
#: Flags of VP8X, and the flag of ANMF for frames that replace what is there.
_ANIMATED, _EXIF, _ALPHA = 0x02, 0x08, 0x10
_REPLACE = 0x02
_MAX_DURATION_MS, _MAX_PLAYS = 0xFFFFFF, 0xFFFF


class WebPWriter:
    """Writes an animation of ``size`` that plays ``plays`` times (0: forever). ``pixels`` is the sum of all frames."""

    def __init__(self, size: Size, plays: int, quality: int, pixels: int, exif: bytes = b"") -> None:
        self._lossy = {"quality": to_encoder(quality, "webp"), "method": 4 if pixels <= _THOROUGH_PIXELS else 2}
        self._lossless = still.lossless_webp_options(pixels)
        self._tolerance = (100 - quality) // 8
        self._differ: FrameDiffer | None = None
        self._size, self._plays = size, min(plays, _MAX_PLAYS)
        self._exif = exif.removeprefix(PREFIX)
        self._clock_ms = 0.0
        #: For each frame: start in milliseconds, position and size, flags, chunks.
        self._frames: list[tuple[int, bytes, int, bytes]] = []

    def add(self, frame: Image.Image, ms: float) -> None:
        """Appends ``frame``, shown for ``ms``."""
        graphic = is_graphic(frame)
        if self._differ is None:
            self._differ = FrameDiffer(0 if graphic else self._tolerance, _BLOCK)
        if diff := self._differ.diff(frame):
            left, top, right, bottom = diff.region
            place = b"".join(map(_u24, (left // 2, top // 2, right - left - 1, bottom - top - 1)))
            flags = 0 if diff.blend else _REPLACE
            self._frames.append((round(self._clock_ms), place, flags, self._encode(diff, graphic)))
        self._clock_ms += ms

    def finish(self) -> bytes:
        """The file."""
        ends = [start for start, *_ in self._frames[1:]] + [round(self._clock_ms)]
        frames = b"".join(
            _chunk(b"ANMF", place + _u24(min(end - start, _MAX_DURATION_MS)) + bytes((flags,)) + pixels)
            for (start, place, flags, pixels), end in zip(self._frames, ends, strict=True)
        )
        width, height = self._size
        tail = _chunk(b"EXIF", self._exif) if self._exif else b""
        extended = struct.pack("<B3x", _ANIMATED | _ALPHA | (_EXIF if tail else 0)) + _u24(width - 1) + _u24(height - 1)
        head = _chunk(b"VP8X", extended) + _chunk(b"ANIM", struct.pack("<IH", 0, self._plays))
        return b"RIFF" + struct.pack("<I", 4 + len(head) + len(frames) + len(tail)) + b"WEBP" + head + frames + tail

    def _encode(self, diff: FrameDiff, graphic: bool) -> bytes:
        """Lossy, or for a graphic lossless if that is smaller."""
        lossy = _pixel_chunks(still.save(diff.pixels, "webp", self._lossy))
        if not graphic:
            return lossy
        return min(_pixel_chunks(still.save(diff.pixels, "webp", self._lossless)), lossy, key=len)


def _pixel_chunks(body: bytes) -> bytes:
    """The chunks of a still WebP that hold its pixels."""
    return b"".join(chunk.whole(body) for chunk in riff.walk(body) if chunk.name in (b"ALPH", b"VP8 ", b"VP8L"))


def _chunk(name: bytes, data: bytes) -> bytes:
    return name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) & 1)


def _u24(number: int) -> bytes:
    return number.to_bytes(3, "little")
