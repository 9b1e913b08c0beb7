"""GIFs, animated or still, written frame by frame. Each frame holds only what changes.

https://www.w3.org/Graphics/GIF/spec-gif89a.txt
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from PIL import Image, ImageChops

from edge.image.encode import palette
from edge.image.encode.frame_diff import FrameDiffer
from edge.image.geometry import Region, Size
from edge.image.pillow_compat.gif import gif_image_data

#: Hundredths of a second. Browsers show a frame with a shorter duration for ten.
_MIN_DURATION, _MAX_DURATION = 2, 0xFFFF
_MAX_REPEATS = 0xFFFF
#: Flags of a graphic control extension: a colour is transparent; the disposal methods.
_TRANSPARENT, _KEEP, _CLEAR = 1, 1 << 2, 2 << 2


@dataclass(frozen=True, slots=True)
class _Frame:
    """``start`` in hundredths of a second; ``disposal`` says what happens to the region when the frame ends."""

    pixels: Image.Image
    region: Region
    start: int
    disposal: int = _KEEP


class GifWriter:
    """Writes an animation of ``size`` that plays ``plays`` times (0: forever).

    It is not dithered unless asked to be: dithered frames flicker.
    """

    def __init__(self, size: Size, plays: int, quality: int, dither: Image.Dither = Image.Dither.NONE) -> None:
        self._size, self._plays, self._dither = size, plays, dither
        self._tolerance = (100 - quality) // 8
        self._differ = FrameDiffer(self._tolerance, block=1)
        self._last = Image.new("RGBA", size)
        self._pending: _Frame | None = None
        self._skipped: Image.Image | None = None
        self._palette: Image.Image | None = None
        #: For each frame: start, disposal, and the bytes that follow its graphic control extension.
        self._written: list[tuple[int, int, bytes]] = []
        self._clock_ms = 0.0

    def add(self, frame: Image.Image, ms: float) -> None:
        """Appends ``frame``, shown for ``ms``. Skips it if the frame before is shorter than a GIF can show."""
        start = round(self._clock_ms / 10)
        self._clock_ms += ms
        if self._pending and start - self._pending.start < _MIN_DURATION:
            self._skipped = frame
        else:
            self._skipped = None
            self._show(palette.threshold_alpha(frame), start)

    def finish(self) -> bytes:
        """The file. A skipped last frame is shown after all, since the animation rests on it."""
        if self._pending and self._skipped:
            self._show(palette.threshold_alpha(self._skipped), self._pending.start + _MIN_DURATION)
        self._write_pending()
        ends = [start for start, *_ in self._written[1:]] + [round(self._clock_ms / 10)]
        frames = [
            _control(disposal, end - start) + data
            for (start, disposal, data), end in zip(self._written, ends, strict=True)
        ]
        return b"".join([*self._header(), *frames, b";"])

    def _show(self, frame: Image.Image, start: int) -> None:
        if self._pending and _turns_transparent(self._last, frame):
            # A GIF clears whole regions only, so the frame before is drawn whole and then cleared.
            self._pending = _Frame(self._last, (0, 0, *self._size), self._pending.start, _CLEAR)
            self._differ = FrameDiffer(self._tolerance, block=1)
        if diff := self._differ.diff(frame):
            self._write_pending()
            self._pending = _Frame(diff.pixels, diff.region, start)
        self._last = frame

    def _write_pending(self) -> None:
        """Encodes the pending frame. Its disposal depended on the frame after it."""
        if frame := self._pending:
            self._palette = self._palette or palette.palette_for(frame.pixels)
            indexed, own_palette = palette.quantize(frame.pixels, self._palette, self._dither)
            data = gif_image_data(indexed, frame.region[:2], with_palette=own_palette)
            self._written.append((frame.start, frame.disposal, data))

    def _header(self) -> list[bytes]:
        colours = bytes(self._palette.getpalette() or ()) if self._palette else bytes(768)
        screen = b"GIF89a" + struct.pack("<2H3B", *self._size, 0xF7, 0, 0) + colours
        if self._plays == 1:
            return [screen]  # without a loop extension an animation plays once
        repeats = min(max(0, self._plays - 1), _MAX_REPEATS)
        return [screen, b"!\xff\x0bNETSCAPE2.0\3\1", struct.pack("<Hx", repeats)]


def encode_still(image: Image.Image, quality: int) -> bytes:
    """A GIF of one frame, dithered."""
    writer = GifWriter(image.size, 1, quality, Image.Dither.FLOYDSTEINBERG)
    writer.add(image, 0)
    return writer.finish()


def _control(disposal: int, duration: int) -> bytes:
    duration = max(_MIN_DURATION, min(duration, _MAX_DURATION))
    return struct.pack("<3sBHBx", b"!\xf9\4", disposal | _TRANSPARENT, duration, palette.TRANSPARENT_INDEX)


def _turns_transparent(before: Image.Image, after: Image.Image) -> bool:
    """Whether any pixel loses alpha."""
    return ImageChops.subtract(before.getchannel("A"), after.getchannel("A")).getbbox() is not None
