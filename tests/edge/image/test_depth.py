"""Samples of other than eight bits: scaled and rounded, never clipped, whatever else the file says of them."""

from __future__ import annotations

import struct
import zlib

import pytest

from tests.edge.image import icc_profiles
from tests.edge.image.pictures import decoded, near, pixel

GREY, RGB, GREY_ALPHA, RGB_ALPHA = 0, 2, 4, 6
SAMPLES = (0, 1, 128, 129, 255, 256, 0x1234, 0x7FFF, 0x80FF, 0xFEFF, 0xFFFF, 0x8080)


def png(depth: int, kind: int, row: bytes, width: int, *chunks: tuple[bytes, bytes]) -> bytes:
    """One row of pixels, just as they are written."""
    header = b"IHDR", struct.pack(">2I5B", width, 1, depth, kind, 0, 0, 0)
    every = (header, *chunks, (b"IDAT", zlib.compress(b"\0" + row)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        len(data).to_bytes(4) + name + data + zlib.crc32(name + data).to_bytes(4) for name, data in every
    )


def wide(*values: int) -> bytes:
    return struct.pack(f">{len(values)}H", *values)


def tiff(photometric: int, bits: int, sample_format: int, row: bytes, width: int, samples: int = 1) -> bytes:
    """One row of pixels in one strip. ``sample_format``: 1 unsigned, 2 signed, 3 floating point."""
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


def test_greys_of_16_bits_are_rounded() -> None:
    assert greys(png(16, GREY, wide(*SAMPLES), len(SAMPLES))) == ROUNDED
    little = struct.pack(f"<{len(SAMPLES)}H", *SAMPLES)
    assert greys(tiff(1, 16, 1, little, len(SAMPLES))) == ROUNDED


def test_greys_of_16_bits_may_start_with_white() -> None:
    little = struct.pack(f"<{len(SAMPLES)}H", *SAMPLES)
    assert greys(tiff(0, 16, 1, little, len(SAMPLES))) == [255 - value for value in ROUNDED]
    assert greys(tiff(0, 8, 1, bytes([0, 100, 255]), 3)) == [255, 155, 0]


def test_colours_of_16_bits_lose_their_lower_eight() -> None:
    samples = (0x1234, 0x80FF, 0xFF00, 0x0012, 0xFFFF, 0x7F80)
    for body in (png(16, RGB, wide(*samples), 2), tiff(2, 16, 1, struct.pack("<6H", *samples), 2, 3)):
        result = decoded(body)
        assert [pixel(result, x, 0.5) for x in (0.2, 0.8)] == [(0x12, 0x80, 0xFF), (0x00, 0xFF, 0x7F)]


def test_transparency_of_16_bits() -> None:
    assert pixel(decoded(png(16, RGB_ALPHA, wide(0x80FF, 0x00FF, 0xFFFF, 0x7FFF), 1)), 0, 0, "RGBA") == (
        128,
        0,
        255,
        127,
    )
    assert pixel(decoded(png(16, GREY_ALPHA, wide(0x80FF, 0x40FF), 1)), 0, 0, "RGBA") == (128, 128, 128, 64)


@pytest.mark.parametrize(
    ("depth", "row", "clear"),
    [(1, 0b01000000, 1), (2, 0b00010000, 1), (2, 0b00110000, 3), (4, 0x0F, 15), (4, 0x73, 3), (8, None, 9)],
)
def test_one_grey_may_be_clear_at_any_depth(depth: int, row: int | None, clear: int) -> None:
    body = png(depth, GREY, b"\7\x09" if row is None else bytes([row]), 2, (b"tRNS", wide(clear)))
    result = decoded(body)
    assert [pixel(result, x, 0.5, "RGBA")[3] for x in (0.2, 0.8)] == [255, 0]


def test_one_colour_of_16_bits_may_be_clear() -> None:
    row = wide(0x1234, 0x5678, 0x9ABC, 0xFFFF, 0x5678, 0x9ABC)
    result = decoded(png(16, RGB, row, 2, (b"tRNS", wide(0x1234, 0x5678, 0x9ABC))))
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
def test_what_has_no_white_of_its_own_is_stretched(bits: int, kind: int, row: bytes) -> None:
    black, middle, white = greys(tiff(1, bits, kind, row, 3))
    assert (black, white) == (0, 255)
    assert 126 <= middle <= 128


def test_16_bits_and_a_profile() -> None:
    profile = b"iCCP", b"grey\0\0" + zlib.compress(icc_profiles.grey(icc_profiles.gamma(1.0)))
    wanted = [round(icc_profiles.srgb_code(value / 255)) for value in ROUNDED]
    found = greys(png(16, GREY, wide(*SAMPLES), len(SAMPLES), profile))
    assert all(abs(a - b) <= 1 for a, b in zip(found, wanted, strict=True))


@pytest.mark.parametrize("lab", [(100, 0, 0), (50, 0, 0), (54, 60, 40), (60, -40, 30), (32, 30, -60), (0, 0, 0)])
def test_lab_is_turned_by_formula(lab: tuple[int, int, int]) -> None:
    code = round(lab[0] * 2.55)
    result = decoded(tiff(8, 8, 1, struct.pack("<B2b", code, *lab[1:]) * 4, 4, 3))
    assert near(pixel(result, 0.5, 0.5), icc_profiles.from_lab(code / 2.55, *lab[1:]), 3)
