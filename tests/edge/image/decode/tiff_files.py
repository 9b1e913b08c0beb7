"""TIFF files made by hand, tag by tag."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping

from edge.image.decode import tiff_directory

LITTLE, BIG = "<", ">"
_CODES = {1: "B", 3: "H", 4: "I", 6: "b", 8: "h", 9: "i", 16: "Q", 17: "q", 18: "Q"}
STRIP_OFFSETS, TILE_OFFSETS, OLD_JPEG_OFFSET = 273, 324, 513
DEFLATE, PACKBITS, JPEG = 8, 32773, 7


def made(
    tags: Mapping[int, int | list[int]],
    data: bytes,
    *,
    kinds: Mapping[int, int] | None = None,
    order: str = LITTLE,
    big: bool = False,
) -> bytes:
    """A TIFF of one page. Positions of strips or tiles count from the start of ``data``; ``kinds`` are types of tags.

    ``big`` makes it a BigTIFF.
    """
    word, head = (8, 16) if big else (4, 8)
    code, counts = ("Q", "HHQ") if big else ("I", "HHI")
    listed = {tag: value if isinstance(value, list) else [value] for tag, value in sorted(tags.items())}
    spelled = {tag: (kinds or {}).get(tag, 4) for tag in listed}
    lengths = {tag: len(values) * struct.calcsize("=" + _CODES[spelled[tag]]) for tag, values in listed.items()}
    start = head + struct.calcsize("=Q" if big else "=H") + (struct.calcsize("=" + counts) + word) * len(listed) + word
    body_at = start + sum(length for length in lengths.values() if length > word)
    entries = outside = b""
    for tag, values in listed.items():
        moved = (
            [body_at + value for value in values] if tag in (STRIP_OFFSETS, TILE_OFFSETS, OLD_JPEG_OFFSET) else values
        )
        packed = struct.pack(f"{order}{len(moved)}{_CODES[spelled[tag]]}", *moved)
        field = packed.ljust(word, b"\0")
        if len(packed) > word:
            field, outside = struct.pack(order + code, start + len(outside)), outside + packed
        entries += struct.pack(order + counts, tag, spelled[tag], len(values)) + field
    mark = b"II" if order == LITTLE else b"MM"
    if big:
        front = mark + struct.pack(order + "HHHQQ", 43, 8, 0, 16, len(listed))
    else:
        front = mark + struct.pack(order + "HIH", 42, 8, len(listed))
    return front + entries + bytes(word) + outside + data


def grey(width: int, height: int, compression: int = 1, bits: int = 8) -> dict[int, int | list[int]]:
    return {256: width, 257: height, 258: bits, 259: compression, 262: 1, 277: 1}


def strips(rows: int, count: int, length: int) -> dict[int, int | list[int]]:
    """``count`` strips that share the same data."""
    return {STRIP_OFFSETS: [0] * count, 278: rows, 279: [length] * count}


def tiles(width: int, height: int, count: int, length: int) -> dict[int, int | list[int]]:
    """``count`` tiles that share the same data."""
    return {322: width, 323: height, TILE_OFFSETS: [0] * count, 325: [length] * count}


def zeros(count: int) -> bytes:
    """Deflated."""
    packer, block = zlib.compressobj(9), bytes(1 << 20)
    parts = [packer.compress(block) for _ in range(count >> 20)]
    return b"".join([*parts, packer.compress(bytes(count & (1 << 20) - 1)), packer.flush()])


def jpeg_in_tiff(stream: bytes) -> bytes:
    """A TIFF with a JPEG of 64 × 64 pixels as its only strip."""
    colours: dict[int, int | list[int]] = {258: [8, 8, 8], 262: 6, 277: 3, 530: [2, 2]}
    return made(grey(64, 64, JPEG) | strips(64, 1, len(stream)) | colours, stream)


def without_last_tile(body: bytes) -> bytes:
    """The same file with neither a position nor a length for its last tile."""
    changed = bytearray(body)
    for tag in (TILE_OFFSETS, 325):
        field = tiff_directory.walk(body).fields[tag]
        end = field.place + 4 * field.length
        changed[end - 4 : end] = bytes(4)
    return bytes(changed)
