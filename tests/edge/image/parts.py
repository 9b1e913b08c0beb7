"""Animations made by hand, frame by frame, since Pillow writes only some of what files hold."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass

from PIL import Image

from tests.edge.image.pictures import saved

Colour = tuple[int, ...]


@dataclass(frozen=True)
class Frame:
    """``pixels`` at a place. ``then`` and ``over`` are the numbers of the format."""

    pixels: Image.Image
    at: tuple[int, int] = (0, 0)
    ms: int = 100
    then: int = 0
    over: int = 0
    clear: int | None = None
    palette: tuple[Colour, ...] = ()
    interlaced: bool = False


def indexed(rows: str) -> Image.Image:
    """Rows of digits, each the number of a colour."""
    lines = rows.split()
    image = Image.new("L", (len(lines[0]), len(lines)))
    image.putdata([int(digit) for line in lines for digit in line])
    return image


def gif(
    screen: tuple[int, int], frames: list[Frame], palette: tuple[Colour, ...] = (), repeats: int | None = None
) -> bytes:
    """A GIF of frames of ``indexed`` pixels; ``palette`` is for those that have none of their own."""
    loop = b"" if repeats is None else b"!\xff\x0bNETSCAPE2.0\3\1" + struct.pack("<H", repeats) + b"\0"
    flags, colours = _palette(palette)
    head = b"GIF89a" + struct.pack("<2H3B", *screen, flags, 0, 0) + colours + loop
    return head + b"".join(_gif_frame(frame) for frame in frames) + b";"


def _gif_frame(frame: Frame) -> bytes:
    flags, colours = _palette(frame.palette)
    control = struct.pack("<BHB", frame.then << 2 | (frame.clear is not None), frame.ms // 10, frame.clear or 0)
    place = struct.pack("<4HB", *frame.at, *frame.pixels.size, flags | frame.interlaced << 6)
    height = frame.pixels.height
    order = [y for start, step in ((0, 8), (4, 8), (2, 4), (1, 2)) for y in range(start, height, step)]
    rows = [frame.pixels.crop((0, y, frame.pixels.width, y + 1)).tobytes() for y in range(height)]
    data = b"".join(rows[y] for y in (order if frame.interlaced else range(height)))
    # Codes of eight bits; the table is reset before codes would grow.
    codes = b"".join(b"\x80" + data[i : i + 100] for i in range(0, len(data), 100)) + b"\x81"
    blocks = b"".join(bytes((len(codes[i : i + 255]),)) + codes[i : i + 255] for i in range(0, len(codes), 255))
    return b"!\xf9\4" + control + b"\0," + place + colours + b"\7" + blocks + b"\0"


def _palette(colours: tuple[Colour, ...]) -> tuple[int, bytes]:
    if not colours:
        return 0, b""
    bits = max(1, (len(colours) - 1).bit_length())
    return 0x80 | bits - 1, b"".join(map(bytes, colours)).ljust(3 << bits, b"\0")


def apng(
    size: tuple[int, int], frames: list[Frame], plays: int = 0, default: Image.Image | None = None, whole: int = 1000
) -> bytes:
    """An APNG; without a ``default`` picture the first frame is one. The delays are parts of ``whole`` in a second."""
    chunks, numbered = [_chunk(b"acTL", struct.pack(">2I", len(frames), plays))], 0
    if default:
        chunks += _data(default)
    for frame in frames:
        place = struct.pack(">4I2H2B", *frame.pixels.size, *frame.at, frame.ms, whole, frame.then, frame.over)
        chunks.append(_chunk(b"fcTL", struct.pack(">I", numbered) + place))
        numbered += 1
        if frame is frames[0] and not default:
            chunks += _data(frame.pixels)
        else:
            chunks.append(_chunk(b"fdAT", struct.pack(">I", numbered) + _compressed(frame.pixels)))
            numbered += 1
    first = saved(default or frames[0].pixels, "png")
    colours = first[33 : first.index(b"IDAT") - 4]
    header = _chunk(b"IHDR", struct.pack(">2I", *size) + first[24:29])
    return first[:8] + header + colours + b"".join(chunks) + _chunk(b"IEND", b"")


def _data(image: Image.Image) -> list[bytes]:
    return [_chunk(b"IDAT", _compressed(image))]


def _compressed(image: Image.Image) -> bytes:
    body, found, position = saved(image, "png"), b"", 8
    while position < len(body):
        length = int.from_bytes(body[position : position + 4])
        found += body[position + 8 : position + 8 + length] if body[position + 4 : position + 8] == b"IDAT" else b""
        position += 12 + length
    return found


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def webp(size: tuple[int, int], frames: list[Frame], *, plays: int = 0, alpha: bool = True, ground: int = 0) -> bytes:
    """An animated WebP, with or without the flag that says that there is transparency."""
    extended = struct.pack("<B3x", 0x02 | alpha << 4) + _u24(size[0] - 1) + _u24(size[1] - 1)
    body = _riff(b"VP8X", extended) + _riff(b"ANIM", struct.pack("<IH", ground, plays))
    for frame in frames:
        place = [frame.at[0] // 2, frame.at[1] // 2, frame.pixels.width - 1, frame.pixels.height - 1, frame.ms]
        flags = bytes((frame.then | (not frame.over) << 1,))
        still = saved(frame.pixels, "webp", lossless=True, exact=True)
        body += _riff(b"ANMF", b"".join(map(_u24, place)) + flags + still[still.index(b"VP8L") :])
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def _riff(name: bytes, data: bytes) -> bytes:
    return name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) & 1)


def _u24(value: int) -> bytes:
    return value.to_bytes(3, "little")
