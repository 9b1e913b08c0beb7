"""The chunks of a PNG file: https://www.w3.org/TR/png-3/#5DataRep"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from struct import Struct
from types import MappingProxyType
from typing import NamedTuple
from zlib import crc32

from edge.image.decode.limits import Limit, too_many

#: Some encoders write a chunk for every few thousand bytes.
CHUNKS = Limit("png_chunks", 100_000, "chunks")
#: Each profile is decompressed as soon as it is met.
PROFILES = Limit("png_profiles", 2, "colour profiles")

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_HEAD = Struct(">I4s")
#: Length and name before a chunk's content, and the checksum after it.
BEFORE, AFTER = 8, 4
ANIMATION = frozenset({b"acTL", b"fcTL", b"fdAT"})
#: Chunks with a name, a zero and a compression method, of which there is one.
_COMPRESSED, _DEFLATE = frozenset({b"iCCP", b"zTXt"}), b"\0"
#: The least length of some ancillary chunks: https://www.w3.org/TR/png-3/#11Ancillary-chunks
_MIN_LENGTH: Mapping[bytes, int] = MappingProxyType({b"gAMA": 4, b"cHRM": 32, b"sRGB": 1, b"pHYs": 9})
#: The least length of tRNS by colour type, which is a byte of the header.
_COLOUR_TYPE = 25
_MIN_TRANSPARENCY: Mapping[int, int] = MappingProxyType({0: 2, 2: 6})
_MAX_TRANSPARENCY = 256


class Chunk(NamedTuple):
    """A chunk's name, and where its content starts and ends in the file, or would if the file were complete."""

    name: bytes
    start: int
    end: int

    def content(self, body: bytes) -> memoryview:
        return memoryview(body)[self.start : self.end]

    def is_within(self, body: bytes) -> bool:
        """Whether the file is there to the end of the chunk's checksum."""
        return self.end + AFTER <= len(body)


def walk(body: bytes) -> list[Chunk]:
    """The chunks up to IEND or the end of the file. Raises `LimitExceeded`."""
    chunks: list[Chunk] = []
    position, profiles, length = len(SIGNATURE), 0, len(body)
    while position + BEFORE - 4 < length:
        size, name = _HEAD.unpack(body[position : position + BEFORE].ljust(BEFORE, b"\0"))
        start = position + BEFORE
        chunks.append(Chunk(name, start, start + size))
        profiles += name == b"iCCP"
        if profiles > PROFILES.value:
            raise too_many(PROFILES, "PNG")
        if len(chunks) > CHUNKS.value:
            raise too_many(CHUNKS, "PNG")
        if name == b"IEND":
            break
        position = start + size + AFTER
    return chunks


def is_complete(body: bytes, chunks: Sequence[Chunk]) -> bool:
    """Whether the file is there to the end of its IEND chunk."""
    return bool(chunks) and chunks[-1].name == b"IEND" and chunks[-1].is_within(body)


def is_usable(body: bytes, chunk: Chunk) -> bool:
    """No for an ancillary chunk that is damaged or malformed, which libpng skips.

    Yes for what is incomplete or has no proper name, and for critical chunks: Pillow judges those.
    https://www.w3.org/TR/png-3/#5Chunk-naming-conventions
    """
    name, start, end = chunk
    if not (name.isalpha() and name[:1].islower() and chunk.is_within(body)):
        return True
    data = body[start:end]
    if crc32(data, crc32(name)) != int.from_bytes(body[end : end + AFTER]):
        return False
    if name in _COMPRESSED:
        return data.partition(b"\0")[2][:1] == _DEFLATE
    if name == b"tRNS":
        return _MIN_TRANSPARENCY.get(body[_COLOUR_TYPE], 0) <= len(data) <= _MAX_TRANSPARENCY
    return len(data) >= _MIN_LENGTH.get(name, 0)
