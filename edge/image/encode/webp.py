"""Animated WebPs, written a frame at a time, each no more than what changes.

Not by libwebp's own writer: it makes more bytes in the same time, since it tries a whole frame every now and then; told
not to, it never shows what changes too slowly for it, as in a fade. Here that is held to what is on the screen.
https://developers.google.com/speed/webp/docs/riff_container
"""

from __future__ import annotations

import struct

from PIL import Image

from edge.image.decode import riff
from edge.image.encode import still
from edge.image.encode.frame_diff import Delta, Screen
from edge.image.geometry import Size

#: Pixels of all frames. Up to here, half as much time again is spent on each for about a tenth fewer bytes.
_THOROUGH = 15_000_000
#: A colour plane's smallest block in VP8 is of 8 pixels of the picture.
_BLOCK = 8
_ANIMATED, _EXIF, _ALPHA, _REPLACE = 0x02, 0x08, 0x10, 0x02
#: What EXIF begins with in a JPEG, and nowhere else.
_IN_JPEG = b"Exif\0\0"
_LONGEST_MS, _MOST_PLAYS = 0xFFFFFF, 0xFFFF


class AnimatedWebP:
    """An animation of ``size``, of so many ``pixels`` in all frames, that plays ``plays`` times (0: for ever)."""

    def __init__(self, size: Size, plays: int, quality: int, pixels: int, exif: bytes = b"") -> None:
        self._lossy = {"quality": still.scaled(quality, "webp"), "method": 4 if pixels <= _THOROUGH else 2}
        self._screen = Screen(tolerance=(100 - quality) // 8, block=_BLOCK)
        self._size, self._plays = size, min(plays, _MOST_PLAYS)
        self._exif = exif.removeprefix(_IN_JPEG)
        self._flat = True
        self._clock = 0.0
        #: Each frame's beginning in ms, its place and size, its flags, its chunks.
        self._frames: list[tuple[int, bytes, int, bytes]] = []

    def add(self, frame: Image.Image, ms: float) -> None:
        """Shows ``frame`` for ``ms`` after those before."""
        if delta := self._screen.show(frame):
            left, top, right, bottom = delta.region
            place = b"".join(map(_u24, (left // 2, top // 2, right - left - 1, bottom - top - 1)))
            flags = 0 if delta.over else _REPLACE
            self._frames.append((round(self._clock), place, flags, self._encoded(delta)))
        self._clock += ms

    def finish(self) -> bytes:
        starts = [start for start, *_ in self._frames[1:]] + [round(self._clock)]
        frames = b"".join(
            _chunk(b"ANMF", place + _u24(min(end - start, _LONGEST_MS)) + bytes((flags,)) + pixels)
            for (start, place, flags, pixels), end in zip(self._frames, starts, strict=True)
        )
        width, height = self._size
        tail = _chunk(b"EXIF", self._exif) if self._exif else b""
        extended = struct.pack("<B3x", _ANIMATED | _ALPHA | (_EXIF if tail else 0)) + _u24(width - 1) + _u24(height - 1)
        head = _chunk(b"VP8X", extended) + _chunk(b"ANIM", struct.pack("<IH", 0, self._plays))
        return b"RIFF" + struct.pack("<I", 4 + len(head) + len(frames) + len(tail)) + b"WEBP" + head + frames + tail

    def _encoded(self, delta: Delta) -> bytes:
        """Lossy; or lossless where that is smaller, as with drawings of few colours. What lost is not tried again."""
        lossy = _pixels(still.save(delta.pixels, "webp", self._lossy))
        if not self._flat or delta.pixels.getcolors(256) is None:
            return lossy
        lossless = _pixels(still.save(delta.pixels, "webp", {"lossless": True, "quality": 20, "method": 4}))
        self._flat = len(lossless) <= len(lossy)
        return min(lossless, lossy, key=len)


def _pixels(still: bytes) -> bytes:
    """The chunks of a still WebP that hold its pixels."""
    return b"".join(still[start:end] for name, start, end in riff.chunks(still) if name in (b"ALPH", b"VP8 ", b"VP8L"))


def _chunk(name: bytes, data: bytes) -> bytes:
    return name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) & 1)


def _u24(number: int) -> bytes:
    return number.to_bytes(3, "little")
