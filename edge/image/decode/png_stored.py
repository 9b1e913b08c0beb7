"""The parts of a PNG that its pixels are decoded from."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain

from edge.image.decode.png_chunks import SIGNATURE, spell_chunk

_GREY, _RGB, _PALETTE = 0, 2, 3
_MAX_COLOURS = 256
#: The header of a zlib stream, and how much of one is inflated at a time.
_ZLIB_HEADER, _BLOCK = 2, 1 << 20


@dataclass(frozen=True, slots=True)
class StoredPng:
    """The contents of IHDR, of PLTE and tRNS or nothing, and of each IDAT.

    Pillow gets these and nothing else: it would stop at damage in metadata, which libpng and browsers skip, and mix up
    texts with what it knows of the pixels.
    """

    header: bytes
    palette: bytes
    transparency: bytes
    data: Sequence[bytes | memoryview]

    def tobytes(self) -> bytes:
        """A PNG of these."""
        colours = ((b"PLTE", self._full_palette()), (b"tRNS", self._usable_transparency()))
        chunks = [
            spell_chunk(b"IHDR", self.header),
            *(spell_chunk(name, content) for name, content in colours if content),
            *(spell_chunk(b"IDAT", part) for part in self.data),
            spell_chunk(b"IEND"),
        ]
        return b"".join((SIGNATURE, *chain.from_iterable(chunks)))

    def _full_palette(self) -> bytes:
        """The palette of a PNG that has one. Numbers without a colour have the last one, as in Chromium."""
        if self.header[9] != _PALETTE or len(self.palette) > 3 * _MAX_COLOURS:
            return self.palette
        count = len(self.palette) // 3
        return self.palette[: 3 * count] + self.palette[3 * count - 3 : 3 * count] * (_MAX_COLOURS - count)

    def _usable_transparency(self) -> bytes:
        """tRNS, where browsers use it. Of samples up to eight bits they compare the lower byte."""
        bits, colour_type = self.header[8], self.header[9]
        if colour_type == _PALETTE:
            count = len(self.palette) // 3
            last = self.transparency[count - 1 : count]
            return self.transparency[:count] + last * (_MAX_COLOURS - count) if len(self.transparency) <= 256 else b""
        samples = {_GREY: 1, _RGB: 3}.get(colour_type, 0)
        if len(self.transparency) < 2 * samples:
            return b""
        mask = 0xFFFF if bits == 16 else 0xFF
        values = [value & mask for value in struct.unpack_from(f">{samples}H", self.transparency)]
        return struct.pack(f">{samples}H", *values) if max(values, default=0) >> bits == 0 else b""

    def with_right_checksum(self) -> StoredPng | None:
        """The same with the Adler-32 that its data should have, which libpng and browsers do not ask for.

        None if the data is damaged or cut off.
        """
        stream = b"".join(self.data)
        inflater, checksum = zlib.decompressobj(-zlib.MAX_WBITS), 1
        rest, left = stream[_ZLIB_HEADER:], self._most_bytes()
        try:
            while rest and left > 0 and not inflater.eof:
                inflated = inflater.decompress(rest, _BLOCK)
                checksum, left, rest = zlib.adler32(inflated, checksum), left - len(inflated), inflater.unconsumed_tail
        except zlib.error:
            return None
        if not inflater.eof:
            return None
        end = len(stream) - len(inflater.unused_data)
        return replace(self, data=(stream[:end] + checksum.to_bytes(4),))

    def _most_bytes(self) -> int:
        """More than the pixels can take: eight bytes each, and one before each row of each pass."""
        width, height = int.from_bytes(self.header[:4]), int.from_bytes(self.header[4:8])
        return (8 * width + 8) * height + _BLOCK
