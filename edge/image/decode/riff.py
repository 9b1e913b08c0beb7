"""The chunks of a WebP file: https://developers.google.com/speed/webp/docs/riff_container"""

from __future__ import annotations

from typing import NamedTuple

from edge.image.decode.limits import Limit, too_many

CHUNKS = Limit("webp_chunks", 10_000, "chunks before the image")
#: Bytes of name and length before a chunk's content.
HEAD = 8
_START = 12
#: The first chunk of pixels, or of an animation's frames.
_IMAGE = frozenset({b"VP8 ", b"VP8L", b"ANMF"})


class RiffChunk(NamedTuple):
    """A chunk's name, and where its content starts and ends in the file, or would if the file were complete."""

    name: bytes
    start: int
    end: int

    def whole(self, body: bytes) -> bytes:
        """The chunk with its name, its length and its padding."""
        return body[self.start - HEAD : self.end + (self.end - self.start) % 2]


def walk(body: bytes) -> list[RiffChunk]:
    """The chunks up to the first one that holds an image or a frame of it. Raises `LimitExceeded`."""
    chunks: list[RiffChunk] = []
    position = _START
    while position < len(body):
        start = position + HEAD
        length = int.from_bytes(body[position + 4 : start], "little")
        chunks.append(RiffChunk(body[position : position + 4], start, start + length))
        if chunks[-1].name in _IMAGE:
            break
        if len(chunks) > CHUNKS.value:
            raise too_many(CHUNKS, "WebP")
        position = start + length + (length & 1)
    return chunks
