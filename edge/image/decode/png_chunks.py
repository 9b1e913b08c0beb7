"""The chunks of a PNG file: https://www.w3.org/TR/png-3/#5DataRep"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from struct import Struct
from types import MappingProxyType
from typing import NamedTuple
from zlib import crc32

from edge.image.decode.limits import Limit, too_many

#: Some encoders write a chunk for every few thousand bytes.
CHUNKS = Limit("png_chunks", 100_000, "chunks")

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_HEAD = Struct(">I4s")
#: Length and name before a chunk's content, and the checksum after it.
BEFORE, AFTER = 8, 4
#: The chunks that are used, beside IHDR and the data: after which they are too late, and the lengths they may have.
#: https://www.w3.org/TR/png-3/#5ChunkOrdering and https://www.w3.org/TR/png-3/#11Ancillary-chunks
_DATA, _PALETTE = b"IDAT", b"PLTE"
_ANY = range(2**31)
_USED: Mapping[bytes, tuple[frozenset[bytes], range]] = MappingProxyType(
    {
        _PALETTE: (frozenset({_DATA}), _ANY[3:]),
        b"tRNS": (frozenset({_DATA}), _ANY[1:]),
        b"acTL": (frozenset({_DATA}), _ANY[8:]),
        b"cICP": (frozenset({_DATA, _PALETTE}), _ANY[4:5]),
        b"iCCP": (frozenset({_DATA}), _ANY[3:]),
        b"sRGB": (frozenset({_DATA}), _ANY[1:2]),
        b"gAMA": (frozenset({_DATA}), _ANY[4:5]),
        b"cHRM": (frozenset({_DATA}), _ANY[32:33]),
        b"eXIf": (frozenset({_DATA}), _ANY),
    }
)
#: Where the header says that colours come from a palette, and what says so.
_COLOUR_TYPE_AT, _WITH_PALETTE = 25, b"\3"


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

    def is_sound(self, body: bytes) -> bool:
        """Whether the chunk is complete and its checksum is right."""
        found = crc32(self.content(body), crc32(self.name))
        return self.is_within(body) and found == int.from_bytes(body[self.end : self.end + AFTER])


def walk(body: bytes) -> list[Chunk]:
    """The chunks up to IEND or the end of the file. Raises `LimitExceeded`."""
    chunks: list[Chunk] = []
    position, length = len(SIGNATURE), len(body)
    while position + BEFORE - 4 < length:
        size, name = _HEAD.unpack(body[position : position + BEFORE].ljust(BEFORE, b"\0"))
        start = position + BEFORE
        chunks.append(Chunk(name, start, start + size))
        if len(chunks) > CHUNKS.value:
            raise too_many(CHUNKS, "PNG")
        if name == b"IEND":
            break
        position = start + size + AFTER
    return chunks


def spell_chunk(name: bytes, content: bytes | memoryview = b"") -> tuple[bytes, bytes | memoryview, bytes]:
    """The bytes of a chunk, in parts, so that a large content is not copied."""
    return _HEAD.pack(len(content), name), content, crc32(content, crc32(name)).to_bytes(4)


def contents(body: bytes, chunks: Iterable[Chunk]) -> dict[bytes, bytes]:
    """The contents of the chunks that describe the image, by name: of several the first.

    Those that are damaged, of a wrong length, or in the wrong place are left out, as in browsers.
    """
    found: dict[bytes, bytes] = {}
    with_palette = body[_COLOUR_TYPE_AT : _COLOUR_TYPE_AT + 1] == _WITH_PALETTE
    met: set[bytes] = set()
    for chunk in chunks:
        too_late, lengths = _USED.get(chunk.name, (frozenset(met), range(0)))
        is_early = chunk.name == b"tRNS" and with_palette and _PALETTE not in met
        met.add(chunk.name)
        if chunk.name in found or is_early or chunk.end - chunk.start not in lengths or met & too_late:
            continue
        if chunk.is_sound(body):
            found[chunk.name] = bytes(chunk.content(body))
    return found
