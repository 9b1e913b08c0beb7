"""What Pillow is given of a PNG."""

from __future__ import annotations

import struct
import zlib

import pytest

from edge.image.decode import png_chunks
from edge.image.decode.png_stored import StoredPng


def header(bits: int, colour_type: int) -> bytes:
    return struct.pack(">2I5B", 4, 3, bits, colour_type, 0, 0, 0)


def written(stored: StoredPng) -> list[tuple[bytes, bytes]]:
    body = stored.tobytes()
    chunks = png_chunks.walk(body)
    assert all(chunk.is_sound(body) for chunk in chunks)
    return [(chunk.name, bytes(chunk.content(body))) for chunk in chunks]


def test_it_is_a_png_of_the_chunks_that_pixels_need() -> None:
    stored = StoredPng(header(8, 2), b"", b"", [b"abc", memoryview(b"def")])
    assert written(stored) == [(b"IHDR", header(8, 2)), (b"IDAT", b"abc"), (b"IDAT", b"def"), (b"IEND", b"")]


def test_numbers_without_a_colour_have_the_last_one_and_its_opacity() -> None:
    chunks = dict(written(StoredPng(header(8, 3), b"RGBrgb?", b"\1\2", [])))
    assert chunks[b"PLTE"] == b"RGB" + b"rgb" * 255
    assert chunks[b"tRNS"] == b"\1" + b"\2" * 255


def test_colours_after_the_last_opacity_are_opaque() -> None:
    assert dict(written(StoredPng(header(8, 3), b"RGBrgb", b"\1", [])))[b"tRNS"] == b"\1"


KEYS = [
    (8, 2, b"\1\xdc\0\x14\0\x14", b"\0\xdc\0\x14\0\x14"),
    (16, 2, b"\1\xdc\0\x14\0\x14", b"\1\xdc\0\x14\0\x14"),
    (8, 2, b"\0\1\0\1", None),
    (4, 0, b"\1\5", b"\0\5"),
    (2, 0, b"\0\5", None),
    (1, 0, b"\0\1", b"\0\1"),
    (8, 6, b"\0\1\0\1\0\1", None),
    (8, 3, bytes(257), None),
]


@pytest.mark.parametrize(("bits", "colour_type", "key", "wanted"), KEYS)
def test_a_transparent_colour_is_compared_as_in_browsers(
    bits: int, colour_type: int, key: bytes, wanted: bytes | None
) -> None:
    """In the lower byte, and not at all if no pixel can have it."""
    stored = StoredPng(header(bits, colour_type), bytes(3) if colour_type == 3 else b"", key, [])
    assert dict(written(stored)).get(b"tRNS") == wanted


PIXELS = zlib.compress(bytes(3 * 13))


@pytest.mark.parametrize("after", [b"", b"xyz"])
def test_a_wrong_checksum_is_replaced_by_the_right_one(after: bytes) -> None:
    wrong = PIXELS[:-4] + b"abcd" + after
    right = StoredPng(header(8, 2), b"", b"", [wrong[:9], wrong[9:]]).with_right_checksum()
    assert right is not None
    assert b"".join(right.data) == PIXELS


@pytest.mark.parametrize("data", [b"", PIXELS[:5], b"\x78\x9c" + b"\xff" * 20, zlib.compress(bytes(5_000_000))])
def test_data_that_is_damaged_or_too_long_has_none(data: bytes) -> None:
    assert StoredPng(header(8, 2), b"", b"", [data]).with_right_checksum() is None
