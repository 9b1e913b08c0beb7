"""Files that have directories or fields instead of chunks, taken apart as `tests.fuzz.containers` does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from tests.fuzz.containers import Container, Part


class TiffContainer(Container):
    """The first directory of a TIFF. It is written again after the rest of the file, where no offset changes."""

    start = b""

    def matches(self, body: bytes) -> bool:
        return body[:4] in (b"II*\0", b"MM\0*", b"II+\0")

    def header(self, body: bytes) -> bytes:
        return body

    def take_apart(self, body: bytes) -> tuple[bytes, list[Part]]:
        return body, list(self.read(body, 0))

    def read(self, body: bytes, position: int) -> Iterator[Part]:
        order, count_bytes, entry = _layout(body)
        place = body[8:16] if count_bytes == 8 else body[4:8]
        start = int.from_bytes(place, order)
        count = int.from_bytes(body[start : start + count_bytes], order)
        first = start + count_bytes
        for at in range(first, first + entry * min(count, 200), entry):
            yield Part(body[at : at + 2], body[at + 2 : at + entry])

    def write(self, part: Part) -> bytes:
        return part.name + part.content

    def finish(self, header: bytes, content: bytes) -> bytes:
        order, count_bytes, entry = _layout(header)
        offset_bytes = 8 if count_bytes == 8 else 4
        padded = header + bytes(len(header) % 2)
        at = 8 if count_bytes == 8 else 4
        pointer = len(padded).to_bytes(offset_bytes, order)
        directory = (len(content) // entry).to_bytes(count_bytes, order) + content + bytes(offset_bytes)
        return padded[:at] + pointer + padded[at + offset_bytes :] + directory


def _layout(body: bytes) -> tuple[Literal["little", "big"], int, int]:
    """The byte order, the bytes of a directory's count, and those of an entry."""
    order: Literal["little", "big"] = "big" if body[:1] == b"M" else "little"
    return (order, 8, 20) if body[2:3] == b"+" else (order, 2, 12)


class BmpContainer(Container):
    """The fields of both headers, of four bytes each, then the palette and the pixels."""

    start = b"BM"

    def read(self, body: bytes, position: int) -> Iterator[Part]:
        end = 14 + min(int.from_bytes(body[14:18], "little"), 124)
        for at in range(position, end, 4):
            yield Part(b"", body[at : min(at + 4, end)])
        yield Part(b"", body[end : end + 64])
        yield Part(b"", body[end + 64 :])

    def write(self, part: Part) -> bytes:
        return part.content
