"""The containers of image files, taken apart into their parts and put together again.

Lengths, counts and checksums are recomputed, so that a changed part gets past a reader's first checks.
"""

from __future__ import annotations

import zlib
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from edge.image.decode import jpeg_markers, png_chunks, riff


@dataclass(frozen=True, slots=True)
class Part:
    """A chunk, segment, block, box, field, or entry of a directory. ``claimed`` is a length that it states falsely."""

    name: bytes
    content: bytes
    claimed: int | None = None

    @property
    def length(self) -> int:
        return len(self.content) if self.claimed is None else self.claimed


class Container(ABC):
    """A kind of container. ``take_apart`` and ``put_together`` are each other's opposite for sound files."""

    #: How a file starts.
    start: ClassVar[bytes]
    #: Parts that no picture depends on.
    metadata: ClassVar[frozenset[bytes]] = frozenset()
    #: Parts that contain parts, and the bytes before the first of these.
    holders: ClassVar[Mapping[bytes, int]] = {}

    def matches(self, body: bytes) -> bool:
        return body.startswith(self.start)

    def header(self, body: bytes) -> bytes:
        """What precedes the first part."""
        return self.start

    @abstractmethod
    def read(self, body: bytes, position: int) -> Iterator[Part]:
        """The parts of ``body`` from ``position`` on."""

    @abstractmethod
    def write(self, part: Part) -> bytes:
        """A part with its name, its length and its checksum."""

    def finish(self, header: bytes, content: bytes) -> bytes:
        return header + content

    def take_apart(self, body: bytes) -> tuple[bytes, list[Part]]:
        header = self.header(body)
        return header, list(self.read(body, len(header)))

    def put_together(self, header: bytes, parts: Sequence[Part]) -> bytes:
        return self.finish(header, b"".join(map(self.write, parts)))


class PngContainer(Container):
    start = png_chunks.SIGNATURE
    metadata = frozenset({b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"iCCP", b"gAMA", b"cHRM", b"sRGB", b"cICP", b"pHYs"})

    def read(self, body: bytes, position: int) -> Iterator[Part]:
        return (Part(chunk.name, bytes(chunk.content(body))) for chunk in png_chunks.walk(body))

    def write(self, part: Part) -> bytes:
        checksum = zlib.crc32(part.content, zlib.crc32(part.name))
        return part.length.to_bytes(4) + part.name + part.content + checksum.to_bytes(4)


class RiffContainer(Container):
    start = b"RIFF"
    metadata = frozenset({b"EXIF", b"XMP ", b"ICCP"})
    holders: ClassVar[Mapping[bytes, int]] = {b"ANMF": 16}

    def header(self, body: bytes) -> bytes:
        return body[:12]

    def read(self, body: bytes, position: int) -> Iterator[Part]:
        nested = bytes(12) + body[position:]
        return (Part(chunk.name, nested[chunk.start : chunk.end]) for chunk in riff.walk(nested))

    def write(self, part: Part) -> bytes:
        return part.name + part.length.to_bytes(4, "little") + part.content + b"\0" * (len(part.content) % 2)

    def finish(self, header: bytes, content: bytes) -> bytes:
        return header[:4] + (4 + len(content)).to_bytes(4, "little") + header[8:] + content


class JpegContainer(Container):
    """A part without a name is the data of a scan, or what follows the last one."""

    start = b"\xff\xd8"
    metadata = frozenset(bytes((marker,)) for marker in (*range(0xE0, 0xF0), 0xFE))

    def read(self, body: bytes, position: int) -> Iterator[Part]:
        for segment in jpeg_markers.walk(body):
            alone = segment.end < segment.start
            before = segment.start - 4
            if before > position:
                yield Part(b"", body[position:before])
            position = segment.end
            yield Part(bytes((segment.marker,)), b"" if alone else body[segment.start : segment.end])
        yield Part(b"", body[position:])

    def write(self, part: Part) -> bytes:
        if not part.name or part.name in (b"\xd8", b"\x01"):
            return b"\xff" * len(part.name) + part.name + part.content
        return b"\xff" + part.name + (part.length + 2 & 0xFFFF).to_bytes(2) + part.content


class GifContainer(Container):
    """Extensions are named by their label; a part may also be a frame, or the end."""

    start = b"GIF8"

    def header(self, body: bytes) -> bytes:
        return body[: 13 + _palette_bytes(body[10])]

    def read(self, body: bytes, position: int) -> Iterator[Part]:
        while position < len(body):
            name = body[position : position + (2 if body[position : position + 1] == b"!" else 1)]
            start = position + len(name)
            if name == b",":
                position = _after_blocks(body, start + 9 + _palette_bytes(body[start + 8]))
            else:
                position = len(body) if name == b";" else _after_blocks(body, start - 1)
            yield Part(name, body[start:position])

    def write(self, part: Part) -> bytes:
        return part.name + part.content


def _palette_bytes(flags: int) -> int:
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _after_blocks(body: bytes, position: int) -> int:
    """The position after the data blocks that follow the byte at ``position``."""
    position += 1
    while position < len(body) and body[position]:
        position += 1 + body[position]
    return min(position + 1, len(body))


class BoxContainer(Container):
    """An ISO base media file, such as AVIF. Offsets in it are left as they are."""

    start = b""
    holders: ClassVar[Mapping[bytes, int]] = {
        **dict.fromkeys((b"iprp", b"ipco", b"moov", b"trak", b"mdia", b"minf", b"stbl", b"dinf", b"edts"), 0),
        b"meta": 4,
        b"iinf": 6,
        b"stsd": 8,
        b"av01": 78,
    }

    def matches(self, body: bytes) -> bool:
        return body[4:8] == b"ftyp"

    def read(self, body: bytes, position: int) -> Iterator[Part]:
        while position + 8 <= len(body):
            size, name = int.from_bytes(body[position : position + 4]), body[position + 4 : position + 8]
            end = position + size if size >= 8 else len(body)
            yield Part(name, body[position + 8 : end])
            position = end

    def write(self, part: Part) -> bytes:
        return (part.length + 8 & 0xFFFFFFFF).to_bytes(4) + part.name + part.content
