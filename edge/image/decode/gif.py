"""GIFs, opened as browsers do.

Pillow's own reader paints the background's colour, lets a later frame grow the picture, and decodes all frames to count
them. Here the blocks are read, and Pillow is given each frame as a GIF of its own.
https://www.w3.org/Graphics/GIF/spec-gif89a.txt
"""

from __future__ import annotations

import re
import struct
from functools import partial
from io import BytesIO

from PIL import Image

from edge.contract.errors import SourceRefused
from edge.image import pillow_compat
from edge.image.decode.composition import Composed, Part, Then
from edge.image.geometry import Size

_BLOCK = re.compile(rb"[!,;]")
#: Encoders fill their blocks of up to 255 bytes. Millions of tiny ones are made to keep a decoder busy.
_MOST_BLOCKS = 1_000_000
#: A frame that hangs over its screen is decoded whole. How many times as big as the screen it may be.
_OVERHANG, _SMALL = 4, 1 << 16
#: Some writers take 4 for 3, and so do browsers.
_THEN = {2: Then.CLEAR, 3: Then.RESTORE, 4: Then.RESTORE}
_LOOP = re.compile(rb"\xff\x0b(?:NETSCAPE2\.0|ANIMEXTS1\.0)\x03\x01(..)", re.DOTALL)
_NO_CONTROL = bytes(4)


def opened(body: bytes, most: int) -> Composed:
    """The GIF, of which no more than ``most`` frames are looked for. Raises `SourceRefused`."""
    reader = _Reader(body)
    reader.read(most)
    if not reader.parts:
        raise SourceRefused.damaged("The GIF file is damaged: it has no frame.")
    return Composed("GIF", reader.size, reader.parts, reader.parts[0], reader.plays, {})


class _Reader:
    """A walk through the blocks. What is no block is passed over, as Pillow does."""

    def __init__(self, body: bytes) -> None:
        self._body = body
        self._blocks = 0
        self._control = _NO_CONTROL
        self._colours = self._palette(10, 13)
        self.parts: list[Part] = []
        self.size: Size = (self._u16(6), self._u16(8))
        self.plays = 1

    def read(self, most: int) -> None:
        position = 13 + len(self._colours)
        while len(self.parts) < most and (block := _BLOCK.search(self._body, position)) and block[0] != b";":
            read = self._extension if block[0] == b"!" else self._frame
            position = read(block.end())

    def _extension(self, position: int) -> int:
        """Reads one from its label on; the position after it."""
        if self._body.startswith(b"\xf9\4", position):
            self._control = self._body[position + 2 : position + 6].ljust(4, b"\0")
        elif loop := _LOOP.match(self._body, position):
            repeats = int.from_bytes(loop[1], "little")  # after the first time
            self.plays = repeats + 1 if repeats else 0
        return self._after_blocks(position + 1)

    def _frame(self, position: int) -> int:
        """Reads one from its place on; the position after it."""
        left, top, width, height = (self._u16(position + at) for at in (0, 2, 4, 6))
        self._make_room(left + width, top + height, width * height)
        own = self._palette(position + 8, position + 9)
        start = position + 9 + len(own)
        end = self._after_blocks(start + 1)
        flags, delay, transparent = struct.unpack("<BHB", self._control)
        control = b"!\xf9\4\1\0\0" + bytes((transparent, 0)) if flags & 1 else b""
        interlaced = self._byte(position + 8) & 0x40
        head = _head((width, height), own or self._colours, control, interlaced)
        still = partial(_still, self._body, head, start, end)
        then = _THEN.get(flags >> 2 & 7, Then.KEEP)
        self.parts.append(Part(still, (left, top, left + width, top + height), 10 * delay, then))
        self._control = _NO_CONTROL
        return end

    def _make_room(self, right: int, bottom: int, pixels: int) -> None:
        """The first frame makes the screen as big as itself, in browsers. Later ones are cut off."""
        if not self.parts:
            self.size = max(self.size[0], right), max(self.size[1], bottom)
        elif pixels > max(_OVERHANG * self.size[0] * self.size[1], _SMALL):
            raise SourceRefused.too_large(
                f"The GIF file has a frame of {pixels / 1e6:,.0f} megapixels, many times its screen."
            )

    def _palette(self, flags: int, start: int) -> bytes:
        """The colours that begin at ``start``, where there are any."""
        if not self._byte(flags) & 0x80:
            return b""
        length = 3 << (self._byte(flags) & 7) + 1
        return self._body[start : start + length].ljust(length, b"\0")

    def _after_blocks(self, position: int) -> int:
        """The position after a run of data blocks."""
        while length := self._byte(position):
            position += 1 + length
            self._blocks += 1
        self._blocks += 1
        if self._blocks > _MOST_BLOCKS:
            raise SourceRefused.damaged("The GIF file is damaged: it is made of too many pieces.")
        return position + 1

    def _byte(self, position: int) -> int:
        return self._body[position] if position < len(self._body) else 0

    def _u16(self, position: int) -> int:
        return int.from_bytes(self._body[position : position + 2], "little")


def _head(size: Size, colours: bytes, control: bytes, interlaced: int) -> bytes:
    """All of a GIF of one frame that comes before its data."""
    flags = 0x80 | (len(colours) // 3).bit_length() - 2 if colours else 0
    screen = struct.pack("<2H3B", *size, flags, 0, 0)
    return b"GIF89a" + screen + colours + control + struct.pack("<c4HB", b",", 0, 0, *size, interlaced)


def _still(body: bytes, head: bytes, start: int, end: int) -> Image.Image:
    return pillow_compat.GifFile(BytesIO(head + body[start:end] + b";"))
