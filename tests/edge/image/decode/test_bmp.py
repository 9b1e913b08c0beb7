"""BMP: each kind that is supported, read to its pixels."""

from __future__ import annotations

import struct

import pytest
from PIL import Image

from edge.image import verify
from tests.edge.image.decode.colours import P3, from_p3
from tests.edge.image.decode.support import refusal
from tests.edge.image.encoders import COLOURS, HEIGHT, WIDTH, bmp, packed, quarter
from tests.edge.image.pictures import BLUE, GREEN, POLICY, WHITE, corners, decoded, near, pixel, saved
from tests.edge.image.quartered import UPRIGHT, colour, four

BITS_565 = (0xF800, 0x7E0, 0x1F)


BGRA = (0xFF0000, 0xFF00, 0xFF, 0xFF000000)


def indexed(bits: int) -> list[bytes]:
    return [packed((quarter(x, y) for x in range(WIDTH)), bits) for y in range(HEIGHT)]


def rows(code: str, value: object) -> list[bytes]:
    return [b"".join(struct.pack(code, *value(x, y)) for x in range(WIDTH)) for y in range(HEIGHT)]  # type: ignore[operator]


def bgr(x: int, y: int) -> tuple[int, ...]:
    return colour(x, y)[::-1]


def runs(bits: int) -> bytes:
    unit = 17 if bits == 4 else 1
    lines = [bytes((16, unit * quarter(0, y), 16, unit * quarter(31, y), 0, 0)) for y in range(HEIGHT)]
    return b"".join(lines[::-1]) + b"\0\1"


BMPS = {
    "2 bits": bmp(2, indexed(2), palette=True),
    "4 bits a channel": bmp(
        16,
        rows("<H", lambda x, y: [sum(value // 17 << 4 * at for at, value in enumerate(bgr(x, y)))]),
        compression=3,
        masks=(0xF00, 0xF0, 0xF),
    ),
    "4 bits": bmp(4, indexed(4), palette=True),
    "8 bits": bmp(8, indexed(8), palette=True),
    "4 bits, runs": bmp(4, [runs(4)], compression=2, palette=True),
    "8 bits, runs": bmp(8, [runs(8)], compression=1, palette=True),
    "24 bits": bmp(24, rows("<3B", bgr)),
    "from the top": bmp(24, rows("<3B", bgr), top_down=True),
    "32 bits, the last unused": bmp(32, rows("<4B", lambda x, y: (*bgr(x, y), 0))),
    "16 bits, 5 a channel": bmp(16, rows("<H", lambda x, y: [sum((v >> 3) << 5 * i for i, v in enumerate(bgr(x, y)))])),
    "16 bits, 6 for green": bmp(
        16,
        rows("<H", lambda x, y: [(colour(x, y)[0] >> 3) << 11 | (colour(x, y)[1] >> 2) << 5 | colour(x, y)[2] >> 3]),
        compression=3,
        masks=BITS_565,
    ),
}


@pytest.mark.parametrize("name", BMPS)
def test_each_kind_is_read(name: str) -> None:
    assert corners(decoded(BMPS[name])) == UPRIGHT


def runs_with(codes: bytes) -> list[tuple[int, ...]]:
    """What is read of codes in three rows of four pixels, from the bottom."""
    palette = b"".join(bytes((*colour[::-1], 0)) for colour in COLOURS)
    fields = struct.pack("<IiiHHIIiiII", 40, 4, 3, 1, 8, 1, len(codes), 0, 0, 4, 0)
    body = b"BM" + struct.pack("<IHHI", 0, 0, 0, 54 + len(palette)) + fields + palette + codes
    assert verify(body, POLICY).format == "bmp"
    return [pixel(decoded(body), x / 4, y / 3) for y, x in ((2, 0), (2, 3), (1, 0), (0, 3))]


def test_runs_may_end_early_and_skip_pixels() -> None:
    """Which are black, as in Chromium."""
    black = (0, 0, 0)
    assert runs_with(b"\4\1\0\0\4\2\0\1") == [GREEN, GREEN, BLUE, black]
    assert runs_with(b"\0\2\3\0\1\1\0\0\4\2\0\0\4\3\0\1") == [black, GREEN, BLUE, WHITE]


def test_runs_that_are_cut_off_are_damage() -> None:
    whole = bmp(8, [runs(8)], compression=1, palette=True)
    assert refusal(whole[:-20]).code == "source_damaged"


@pytest.mark.parametrize("header", [56, 108, 124])
def test_transparency_in_its_bit_fields_is_kept(header: int) -> None:
    body = bmp(32, rows("<4B", lambda x, y: (*bgr(x, y), 51)), compression=3, masks=BGRA, header=header)
    assert four(body) == [(*at, 51) for at in COLOURS]


def test_an_embedded_profile_is_applied() -> None:
    plain = saved(Image.new("RGB", (4, 4), (200, 40, 90)), "bmp")
    pixels = plain[54:]
    header = struct.pack("<I2i2H6I", 124, 4, 4, 1, 24, 0, len(pixels), 2835, 2835, 0, 0)
    header += bytes(16) + b"DEBM" + bytes(48) + struct.pack("<4I", 4, 124 + len(pixels), len(P3), 0)
    body = b"BM" + struct.pack("<IHHI", 138 + len(pixels) + len(P3), 0, 0, 138) + header + pixels + P3
    assert near(pixel(decoded(body), 0.5, 0.5), from_p3((200, 40, 90)), 1)
