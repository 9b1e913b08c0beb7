"""The chunks of a WebP file: https://developers.google.com/speed/webp/docs/riff_container"""

from __future__ import annotations

from typing import NamedTuple

from edge.image.decode.limits import Limit, too_many

CHUNKS = Limit("webp_chunks", 10_000, "chunks beside the frames")
#: Bytes of name and length before a chunk's content.
HEAD = 8
_START = 12
_FRAME = b"ANMF"


class RiffChunk(NamedTuple):
    """A chunk's name, and where its content starts and ends in the file, or would if the file were complete."""

    name: bytes
    start: int
    end: int

    def is_within(self, body: bytes) -> bool:
        """Whether the file is there to the end of the content."""
        return self.end <= len(body)

    def whole(self, body: bytes) -> bytes:
        """The chunk with its name, its length and its padding."""
        return body[self.start - HEAD : self.end + (self.end - self.start) % 2]


def walk(body: bytes) -> list[RiffChunk]:
    """All chunks. The length that the file states for itself is ignored. Raises `LimitExceeded`."""
    chunks: list[RiffChunk] = []
    position, others = _START, 0
    while position < len(body):
        start = position + HEAD
        length = int.from_bytes(body[position + 4 : start], "little")
        chunks.append(RiffChunk(body[position : position + 4], start, start + length))
        others += chunks[-1].name != _FRAME
        if others > CHUNKS.value:
            raise too_many(CHUNKS, "WebP")
        position = start + length + (length & 1)
    return chunks
