"""GIFs, moving or still, written a frame at a time, each no more than what changes.

https://www.w3.org/Graphics/GIF/spec-gif89a.txt
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from PIL import GifImagePlugin, Image, ImageChops

from edge.image.encode import palette
from edge.image.encode.frame_diff import Screen
from edge.image.geometry import Region, Size

#: Hundredths of a second. Browsers let what says less stand for ten.
_SHORTEST, _LONGEST = 2, 0xFFFF
_MOST_REPEATS = 0xFFFF
_TRANSPARENT, _KEEP, _CLEAR = 1, 1 << 2, 2 << 2


@dataclass(frozen=True, slots=True)
class _Frame:
    """``start`` in hundredths of a second; ``then`` is what GIF does with the region when the frame's time is over."""

    pixels: Image.Image
    region: Region
    start: int
    then: int = _KEEP


class AnimatedGif:
    """An animation of ``size`` that plays ``plays`` times (0: for ever). Dithered, it would flicker."""

    def __init__(self, size: Size, plays: int, quality: int, dither: Image.Dither = Image.Dither.NONE) -> None:
        self._size, self._plays, self._dither = size, plays, dither
        self._tolerance = (100 - quality) // 8
        self._screen = Screen(self._tolerance, block=1)
        self._last = Image.new("RGBA", size)
        self._waiting: _Frame | None = None
        self._left_out: Image.Image | None = None
        self._colours: Image.Image | None = None
        #: Each frame's start, what then, and all of it that comes after that.
        self._written: list[tuple[int, int, bytes]] = []
        self._clock = 0.0

    def add(self, frame: Image.Image, ms: float) -> None:
        """Shows ``frame`` for ``ms`` after those before. Leaves it out where the last one began too lately for GIF."""
        start = round(self._clock / 10)
        self._clock += ms
        if self._waiting and start - self._waiting.start < _SHORTEST:
            self._left_out = frame
        else:
            self._left_out = None
            self._show(palette.all_or_nothing(frame), start)

    def finish(self) -> bytes:
        if self._waiting and self._left_out:
            self._show(palette.all_or_nothing(self._left_out), self._waiting.start + _SHORTEST)
        self._write()
        ends = [start for start, *_ in self._written[1:]] + [round(self._clock / 10)]
        frames = [
            _control(then, end - start) + data for (start, then, data), end in zip(self._written, ends, strict=True)
        ]
        return b"".join([*self._head(), *frames, b";"])

    def _show(self, frame: Image.Image, start: int) -> None:
        if self._waiting and _vanishes(self._last, frame):
            # What was drawn goes only when all that stands there goes, so that is drawn whole.
            self._waiting = _Frame(self._last, (0, 0, *self._size), self._waiting.start, _CLEAR)
            self._screen = Screen(self._tolerance, block=1)
        if delta := self._screen.show(frame):
            self._write()
            self._waiting = _Frame(delta.pixels, delta.region, start)
        self._last = frame

    def _write(self) -> None:
        """The frame that waited to know what comes after it."""
        if frame := self._waiting:
            self._colours = self._colours or palette.of(frame.pixels)
            indexed, own = palette.indexed(frame.pixels, self._colours, self._dither)
            data = GifImagePlugin.getdata(indexed, frame.region[:2], include_color_table=own)
            self._written.append((frame.start, frame.then, b"".join(data)))

    def _head(self) -> list[bytes]:
        colours = bytes(self._colours.getpalette() or ()) if self._colours else bytes(768)
        screen = b"GIF89a" + struct.pack("<2H3B", *self._size, 0xF7, 0, 0) + colours
        if self._plays == 1:
            return [screen]  # GIF counts the repeats after the first time, and plays once where nothing is said
        repeats = min(max(0, self._plays - 1), _MOST_REPEATS)
        return [screen, b"!\xff\x0bNETSCAPE2.0\3\1", struct.pack("<Hx", repeats)]


def _control(then: int, hundredths: int) -> bytes:
    hundredths = max(_SHORTEST, min(hundredths, _LONGEST))
    return struct.pack("<3sBHBx", b"!\xf9\4", then | _TRANSPARENT, hundredths, palette.CLEAR)


def still(image: Image.Image, quality: int) -> bytes:
    """A GIF that does not move."""
    gif = AnimatedGif(image.size, 1, quality, Image.Dither.FLOYDSTEINBERG)
    gif.add(image, 0)
    return gif.finish()


def _vanishes(before: Image.Image, after: Image.Image) -> bool:
    """Whether anything that was there is not any more."""
    return ImageChops.subtract(before.getchannel("A"), after.getchannel("A")).getbbox() is not None
