"""Encoders of small files of the kinds that Pillow cannot write. Pixels are functions of x and y."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterable

from tests.edge.image.pictures import BLUE, GREEN, RED, WHITE

WIDTH, HEIGHT = 32, 24
COLOURS = (RED, GREEN, BLUE, WHITE)
Pixel = Callable[[int, int], Iterable[int]]


def quarter(x: int, y: int) -> int:
    """0 to 3, in reading order."""
    return 2 * (y >= HEIGHT // 2) + (x >= WIDTH // 2)


def packed(values: Iterable[int], bits: int) -> bytes:
    text = "".join(format(value, f"0{bits}b") for value in values)
    text += "0" * (-len(text) % 8)
    return int(text, 2).to_bytes(len(text) // 8)


def png_chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


#: Adam7: where each pass begins and how far its steps are.
_PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))


def png(colours: int, bits: int, pixel: Pixel, *before: bytes, interlaced: bool = False) -> bytes:
    """``colours``: 0 grey, 2 RGB, 3 palette, 4 grey with alpha, 6 RGBA."""
    data = b"".join(
        b"\0" + packed((value for x in range(left, WIDTH, across) for value in pixel(x, y)), bits)
        for left, top, across, down in (_PASSES if interlaced else ((0, 0, 1, 1),))
        for y in range(top, HEIGHT, down)
    )
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, bits, colours, 0, 0, interlaced)
    chunks = [(b"IHDR", header)] + ([(b"PLTE", b"".join(map(bytes, COLOURS))[: 3 << bits])] if colours == 3 else [])
    named = b"".join(png_chunk(*chunk) for chunk in chunks) + b"".join(before)
    return b"\x89PNG\r\n\x1a\n" + named + png_chunk(b"IDAT", zlib.compress(data)) + png_chunk(b"IEND", b"")


def tiff(planes: list[bytes], order: str = "<", **tags: int | list[int]) -> bytes:
    """A TIFF of uncompressed planes; ``tags`` such as ``t262=2`` beside those of size and place."""
    lengths = [len(plane) for plane in planes]
    wanted: dict[int, list[int]] = {
        256: [WIDTH],
        257: [HEIGHT],
        259: [1],
        273: [0] * len(planes),
        278: [HEIGHT],
        279: lengths,
    }
    wanted |= {int(name[1:]): [value] if isinstance(value, int) else value for name, value in tags.items()}
    start = 14 + 12 * len(wanted)
    wide = [tag for tag in wanted if len(wanted[tag]) > 1]
    data = start + sum(4 * len(wanted[tag]) for tag in wide)
    wanted[273] = [data + sum(lengths[:index]) for index in range(len(planes))]
    entries, outside = b"", b""
    for tag in sorted(wanted):
        kind = 4 if tag in (273, 279) else 3
        values = struct.pack(order + ("HI"[kind - 3]) * len(wanted[tag]), *wanted[tag])
        if len(values) > 4:
            place = struct.pack(order + "I", start + len(outside))
            outside += values
        else:
            place = values.ljust(4, b"\0")
        entries += struct.pack(order + "HHI", tag, kind, len(wanted[tag])) + place
    outside = outside.ljust(data - start, b"\0")
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "IH", 8, len(wanted))
    return head + entries + bytes(4) + outside + b"".join(planes)


def pixels(pixel: Pixel, code: str) -> bytes:
    """All values in reading order, each as ``struct`` spells it."""
    order, kind = (code[0], code[1]) if len(code) > 1 else ("<", code)
    values = [value for y in range(HEIGHT) for x in range(WIDTH) for value in pixel(x, y)]
    return struct.pack(f"{order}{len(values)}{kind}", *values)


def bmp(
    bits: int,
    rows: list[bytes],
    *,
    compression: int = 0,
    masks: tuple[int, ...] = (),
    header: int = 40,
    palette: bool = False,
    top_down: bool = False,
) -> bytes:
    """``rows`` from the top; for a compressed one the whole data as the only row."""
    ordered = rows if top_down or compression in (1, 2) else rows[::-1]
    data = b"".join(row + bytes(-len(row) % 4) for row in ordered)
    height = -HEIGHT if top_down else HEIGHT
    facts = struct.pack("<IiiHHIIiiII", header, WIDTH, height, 1, bits, compression, len(data), 0, 0, 4 * palette, 0)
    facts = (facts + struct.pack(f"<{len(masks)}I", *masks)).ljust(header, b"\0")
    colours = b"".join(bytes((*colour[::-1], 0)) for colour in COLOURS) if palette else b""
    start = 14 + len(facts) + len(colours)
    return b"BM" + struct.pack("<IHHI", start + len(data), 0, 0, start) + facts + colours + data


def jpeg_segment(marker: int, data: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, 2 + len(data)) + data


def lossless_jpeg(width: int, height: int, grey: Callable[[int, int], int]) -> bytes:
    """Process 14 of ITU-T T.81: each pixel as its difference from the one on its left, or above for a row's first."""
    bits = ""
    for y in range(height):
        for x in range(width):
            before = grey(x - 1, y) if x else grey(0, y - 1) if y else 128
            apart = grey(x, y) - before
            size = abs(apart).bit_length()
            value = apart if apart >= 0 else apart + (1 << size) - 1
            bits += format(size, "04b") + (format(value, f"0{size}b") if size else "")
    bits += "1" * (-len(bits) % 8)
    data = int(bits, 2).to_bytes(len(bits) // 8).replace(b"\xff", b"\xff\0")
    codes = bytes((0, 0, 0, 0, 9)) + bytes(12) + bytes(range(9))  # nine of four bits each
    frame = struct.pack(">BHHB3B", 8, height, width, 1, 1, 0x11, 0)
    tables = jpeg_segment(0xC3, frame) + jpeg_segment(0xC4, codes)
    return b"\xff\xd8" + tables + jpeg_segment(0xDA, bytes((1, 1, 0, 1, 0, 0))) + data + b"\xff\xd9"
