"""The blocks of a GIF file: https://www.w3.org/Graphics/GIF/spec-gif89a.txt

Bytes between blocks that begin none are skipped, as Pillow does.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass, field

from edge.image.decode.limits import Limit, LimitExceeded, rounded_up, too_many
from edge.image.geometry import Region, Size

#: Encoders fill their data blocks of up to 255 bytes. Millions of tiny ones only keep a decoder busy.
BLOCKS = Limit("gif_blocks", 1_000_000, "data blocks")
#: A frame that exceeds its screen is decoded whole. Below `_SMALL_FRAME` pixels it may be of any size.
FRAME_PIXELS = Limit("gif_frame_pixels", 4, "times the pixels of the screen in one frame")
_SMALL_FRAME = 1 << 16

_BLOCK = re.compile(rb"[!,;]")
_LOOP = re.compile(rb"\xff\x0b(?:NETSCAPE2\.0|ANIMEXTS1\.0)\x03\x01(..)", re.DOTALL)
_NO_CONTROL = bytes(4)
_SCREEN, _FRAME = 13, 9


@dataclass(frozen=True, slots=True)
class GifFrame:
    """A frame's place on the screen, its palette, and where in the file its compressed pixels start and end.

    ``disposal`` is the format's number; ``transparent`` the index of the transparent colour, if there is one.
    """

    region: Region
    palette: bytes
    interlaced: bool
    start: int
    end: int
    ms: int
    disposal: int
    transparent: int | None


@dataclass(frozen=True, slots=True)
class GifBlocks:
    """What a GIF's blocks say: the size of its screen, its frames, and how often they play (0: forever)."""

    screen: Size
    frames: tuple[GifFrame, ...]
    plays: int


def walk(body: bytes, max_frames: int) -> GifBlocks:
    """Reads the blocks up to ``max_frames`` frames. Raises `LimitExceeded`."""
    walker = _Walker(body)
    position = _SCREEN + len(walker.palette)
    while len(walker.frames) < max_frames and (block := _BLOCK.search(body, position)) and block[0] != b";":
        read = walker.extension if block[0] == b"!" else walker.frame
        position = read(block.end())
    return GifBlocks(walker.screen, tuple(walker.frames), walker.plays)


@dataclass(slots=True)
class _Walker:
    body: bytes
    screen: Size = (0, 0)
    palette: bytes = b""
    frames: list[GifFrame] = field(default_factory=list)
    plays: int = 1
    _control: bytes = _NO_CONTROL
    _blocks: int = 0

    def __post_init__(self) -> None:
        self.screen = self._u16(6), self._u16(8)
        self.palette = self._palette(10, _SCREEN)

    def extension(self, position: int) -> int:
        """Reads an extension from its label on, and returns the position after it."""
        if self.body.startswith(b"\xf9\4", position):
            self._control = self.body[position + 2 : position + 6].ljust(4, b"\0")
        elif loop := _LOOP.match(self.body, position):
            repeats = int.from_bytes(loop[1], "little")  # after the first time
            self.plays = repeats + 1 if repeats else 0
        return self._after_data(position + 1)

    def frame(self, position: int) -> int:
        """Reads a frame from its left edge on, and returns the position after it."""
        left, top, width, height = (self._u16(position + at) for at in (0, 2, 4, 6))
        self._enlarge_screen(left + width, top + height, width * height)
        own = self._palette(position + 8, position + _FRAME)
        start = position + _FRAME + len(own)
        end = self._after_data(start + 1)
        flags, delay, transparent = struct.unpack("<BHB", self._control)
        self.frames.append(
            GifFrame(
                region=(left, top, left + width, top + height),
                palette=own or self.palette,
                interlaced=bool(self._byte(position + 8) & 0x40),
                start=start,
                end=end,
                ms=10 * delay,
                disposal=flags >> 2 & 7,
                transparent=transparent if flags & 1 else None,
            )
        )
        self._control = _NO_CONTROL
        return end

    def _enlarge_screen(self, right: int, bottom: int, pixels: int) -> None:
        """In browsers the first frame makes the screen as large as itself; later ones are cut off."""
        width, height = self.screen
        if not self.frames:
            self.screen = max(width, right), max(height, bottom)
        elif pixels > max(FRAME_PIXELS.of(width * height), _SMALL_FRAME):
            raise LimitExceeded(
                FRAME_PIXELS,
                f"The GIF file has a frame of {rounded_up(pixels / 1e6)} megapixels on a screen of {width} × {height} "
                "pixels. Save it again with another program.",
            )

    def _palette(self, flags: int, start: int) -> bytes:
        """The palette at ``start``, if the byte at ``flags`` says that there is one."""
        if not self._byte(flags) & 0x80:
            return b""
        length = 3 << (self._byte(flags) & 7) + 1
        return self.body[start : start + length].ljust(length, b"\0")

    def _after_data(self, position: int) -> int:
        """The position after a run of data blocks."""
        while length := self._byte(position):
            position += 1 + length
            self._blocks += 1
        self._blocks += 1
        if self._blocks > BLOCKS.value:
            raise too_many(BLOCKS, "GIF")
        return position + 1

    def _byte(self, position: int) -> int:
        return self.body[position] if position < len(self.body) else 0

    def _u16(self, position: int) -> int:
        return int.from_bytes(self.body[position : position + 2], "little")
