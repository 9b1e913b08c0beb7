"""Grey and colour of 16 and 32 bits: scaled and rounded, never clipped."""

from __future__ import annotations

import struct
import zlib

import pytest
from PIL import Image

from tests.edge.image import icc_profiles
from tests.edge.image.pictures import (
    decoded,
    pixel,
    saved,
    stripes,
)

GREY, RGB, GREY_ALPHA, RGB_ALPHA = 0, 2, 4, 6


SAMPLES = (0, 1, 128, 129, 255, 256, 0x1234, 0x7FFF, 0x80FF, 0xFEFF, 0xFFFF, 0x8080)


def png_row(depth: int, kind: int, row: bytes, width: int, *chunks: tuple[bytes, bytes]) -> bytes:
    """A PNG of one row of pixels, given as the bytes that are stored."""
    header = b"IHDR", struct.pack(">2I5B", width, 1, depth, kind, 0, 0, 0)
    every = (header, *chunks, (b"IDAT", zlib.compress(b"\0" + row)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        len(data).to_bytes(4) + name + data + zlib.crc32(name + data).to_bytes(4) for name, data in every
    )


def samples_16(*values: int) -> bytes:
    return struct.pack(f">{len(values)}H", *values)


def tiff_row(photometric: int, bits: int, sample_format: int, row: bytes, width: int, samples: int = 1) -> bytes:
    """A TIFF of one row of pixels. ``sample_format``: 1 unsigned, 2 signed, 3 floating point."""
    start = 8 + 2 + 12 * 10 + 4
    entries = [
        (256, 4, 1, width), (257, 4, 1, 1), (258, 3, samples, bits if samples == 1 else start), (259, 3, 1, 1),
        (262, 3, 1, photometric), (273, 4, 1, start + 2 * samples), (277, 3, 1, samples), (278, 4, 1, 1),
        (279, 4, 1, len(row)), (339, 3, 1, sample_format),
    ]  # fmt: skip
    table = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    return b"II*\0" + struct.pack("<IH", 8, 10) + table + bytes(4) + struct.pack("<H", bits) * samples + row


def greys(body: bytes) -> list[int]:
    image = decoded(body).convert("L")
    return [int(pixel(image, (x + 0.5) / image.width, 0.5)[0]) for x in range(image.width)]


ROUNDED = [(sample * 255 + 32767) // 65535 for sample in SAMPLES]


def test_16_bit_grey_is_rounded() -> None:
    assert greys(png_row(16, GREY, samples_16(*SAMPLES), len(SAMPLES))) == ROUNDED
    little = struct.pack(f"<{len(SAMPLES)}H", *SAMPLES)
    assert greys(tiff_row(1, 16, 1, little, len(SAMPLES))) == ROUNDED


def test_16_bit_grey_may_count_from_white() -> None:
    little = struct.pack(f"<{len(SAMPLES)}H", *SAMPLES)
    assert greys(tiff_row(0, 16, 1, little, len(SAMPLES))) == [255 - value for value in ROUNDED]
    assert greys(tiff_row(0, 8, 1, bytes([0, 100, 255]), 3)) == [255, 155, 0]


def test_16_bit_colours_keep_their_upper_8_bits() -> None:
    samples = (0x1234, 0x80FF, 0xFF00, 0x0012, 0xFFFF, 0x7F80)
    for body in (png_row(16, RGB, samples_16(*samples), 2), tiff_row(2, 16, 1, struct.pack("<6H", *samples), 2, 3)):
        result = decoded(body)
        assert [pixel(result, x, 0.5) for x in (0.2, 0.8)] == [(0x12, 0x80, 0xFF), (0x00, 0xFF, 0x7F)]


def test_16_bit_alpha_keeps_its_upper_8_bits() -> None:
    assert pixel(decoded(png_row(16, RGB_ALPHA, samples_16(0x80FF, 0x00FF, 0xFFFF, 0x7FFF), 1)), 0, 0, "RGBA") == (
        128,
        0,
        255,
        127,
    )
    assert pixel(decoded(png_row(16, GREY_ALPHA, samples_16(0x80FF, 0x40FF), 1)), 0, 0, "RGBA") == (128, 128, 128, 64)


@pytest.mark.parametrize(
    ("depth", "row", "clear"),
    [(1, 0b01000000, 1), (2, 0b00010000, 1), (2, 0b00110000, 3), (4, 0x0F, 15), (4, 0x73, 3), (8, None, 9)],
)
def test_one_grey_value_may_be_transparent_at_any_depth(depth: int, row: int | None, clear: int) -> None:
    body = png_row(depth, GREY, b"\7\x09" if row is None else bytes([row]), 2, (b"tRNS", samples_16(clear)))
    result = decoded(body)
    assert [pixel(result, x, 0.5, "RGBA")[3] for x in (0.2, 0.8)] == [255, 0]


def test_one_16_bit_colour_may_be_transparent() -> None:
    row = samples_16(0x1234, 0x5678, 0x9ABC, 0xFFFF, 0x5678, 0x9ABC)
    result = decoded(png_row(16, RGB, row, 2, (b"tRNS", samples_16(0x1234, 0x5678, 0x9ABC))))
    assert [pixel(result, x, 0.5, "RGBA")[3] for x in (0.2, 0.8)] == [0, 255]


@pytest.mark.parametrize(
    ("bits", "kind", "row"),
    [
        (16, 2, struct.pack("<3h", -32768, 0, 32767)),
        (32, 2, struct.pack("<3i", -(2**31), 0, 2**31 - 1)),
        (32, 3, struct.pack("<3f", -1.0, 0.0, 1.0)),
        (32, 3, struct.pack("<3f", 0.0, 5e5, 1e6)),
    ],
)
def test_values_without_a_white_of_their_own_are_stretched_from_black_to_white(
    bits: int, kind: int, row: bytes
) -> None:
    black, middle, white = greys(tiff_row(1, bits, kind, row, 3))
    assert (black, white) == (0, 255)
    assert 126 <= middle <= 128


def test_a_profile_applies_to_16_bit_grey() -> None:
    profile = b"iCCP", b"grey\0\0" + zlib.compress(icc_profiles.grey(icc_profiles.gamma(1.0)))
    wanted = [round(icc_profiles.srgb_code(value / 255)) for value in ROUNDED]
    found = greys(png_row(16, GREY, samples_16(*SAMPLES), len(SAMPLES), profile))
    assert all(abs(a - b) <= 1 for a, b in zip(found, wanted, strict=True))


def test_16_bit_grey_is_scaled_and_not_clipped() -> None:
    image = Image.new("I;16", (64, 1))
    for x in range(64):
        image.putpixel((x, 0), x * 1024)
    found = decoded(saved(image, "png")).convert("L").get_flattened_data()
    assert list(found) == [round(x * 1024 / 257) for x in range(64)]


def test_one_16_bit_grey_value_may_be_transparent() -> None:
    image = Image.new("I;16", (2, 1), 0x1234)
    image.putpixel((1, 0), 0x1235)
    result = decoded(saved(image, "png", transparency=0x1234))
    assert list(result.getchannel("A").get_flattened_data()) == [0, 255]


@pytest.mark.parametrize("mode", ["I", "F"])
def test_32_bit_grey_is_stretched_from_black_to_white(mode: str) -> None:
    image = stripes([(0,), (100,), (200,)], (30, 10), "L").convert(mode).point(lambda value: value * 1000 + 5)
    result = decoded(saved(image, "tiff")).convert("L")
    assert [result.getpixel((x, 5)) for x in (2, 15, 28)] == [0, 127, 255]
