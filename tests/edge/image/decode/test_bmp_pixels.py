"""The pixels of a BMP file: palettes and every colour mask."""

from __future__ import annotations

import struct

import pytest

from edge.image.decode.bmp_header import read_header
from edge.image.decode.bmp_pixels import decode_pixels, mode_of
from tests.edge.image.encoders import COLOURS, HEIGHT, WIDTH, bmp
from tests.edge.image.pictures import near
from tests.edge.image.quartered import colour

CORNERS = [(0, 0), (WIDTH - 1, 0), (0, HEIGHT - 1), (WIDTH - 1, HEIGHT - 1)]
#: How far a value of so few bits may be off.
ROUNDING = {2: 85, 3: 37, 4: 17, 5: 9, 6: 5}


def masked(bits: int, masks: tuple[int, ...], alpha: int = 255) -> bytes:
    """The four quarters with each channel where its mask says."""
    rows = []
    for y in range(HEIGHT):
        values = [(*colour(x, y), alpha)[: len(masks)] for x in range(WIDTH)]
        pixels = [sum(map(placed, masks, value)) for value in values]
        rows.append(b"".join(pixel.to_bytes(bits // 8, "little") for pixel in pixels))
    return bmp(bits, rows, compression=3, masks=masks, header=108 if len(masks) > 3 else 40)


def placed(mask: int, value: int) -> int:
    """A value of eight bits in the bits of ``mask``."""
    lowest = mask & -mask
    return value * (mask // lowest) // 255 * lowest if mask else 0


MASKS = [
    (16, (0xF800, 0x7E0, 0x1F)),
    (16, (0x7C00, 0x3E0, 0x1F, 0x8000)),
    (16, (0xF00, 0xF0, 0xF, 0xF000)),
    (16, (0x1F, 0x7E0, 0xF800)),
    (16, (0xE0, 0x1C, 0x3)),
    (24, (0xFF, 0xFF00, 0xFF0000)),
    (32, (0xFF000000, 0xFF0000, 0xFF00, 0xFF)),
    (32, (0x3FF00000, 0xFFC00, 0x3FF, 0xC0000000)),
    (32, (0xFFE00000, 0x1FFC00, 0x3FF)),
    (32, (0xFF0, 0xFF000, 0xFF00000, 0xF)),
]


@pytest.mark.parametrize(("bits", "masks"), MASKS, ids=str)
@pytest.mark.parametrize("alpha", [255, 0])
def test_each_channel_is_read_from_its_bits(bits: int, masks: tuple[int, ...], alpha: int) -> None:
    body = masked(bits, masks, alpha)
    header = read_header(body)
    image = decode_pixels(body, header)
    assert image.mode == mode_of(header) == ("RGBA" if len(masks) > 3 else "RGB")
    for place, wanted in zip(CORNERS, COLOURS, strict=True):
        found = image.getpixel(place)
        assert isinstance(found, tuple)
        off = max(ROUNDING.get(mask.bit_count(), 1) for mask in masks[:3])
        assert near(found[:3], wanted, off)
        assert found[3:] == ((alpha,) if len(masks) > 3 else ())


def test_a_channel_without_bits_is_black() -> None:
    body = masked(32, (0xFF0000, 0, 0xFF))
    assert decode_pixels(body, read_header(body)).getpixel((0, 0)) == (220, 0, 20)


def with_numbers(numbers: bytes, palette: bytes) -> bytes:
    """A row of pixels of eight bits."""
    fields = struct.pack("<IiiHHIIiiII", 40, len(numbers), 1, 1, 8, 0, 0, 0, 0, len(palette) // 4, 0)
    return b"BM" + struct.pack("<IHHI", 0, 0, 0, 54 + len(palette)) + fields + palette + numbers


def test_numbers_without_a_colour_are_black() -> None:
    body = with_numbers(bytes((0, 1, 2, 255)), b"\x14\x28\x3c\0" * 2)
    assert decode_pixels(body, read_header(body)).tobytes() == bytes((60, 40, 20)) * 2 + bytes(6)


def test_a_palette_of_greys_makes_a_grey_image() -> None:
    body = with_numbers(bytes((0, 1, 1, 0)), b"\x14\x14\x14\0\xc8\xc8\xc8\0")
    header = read_header(body)
    image = decode_pixels(body, header)
    assert (mode_of(header), image.mode, image.tobytes()) == ("L", "L", bytes((20, 200, 200, 20)))


def test_the_last_padding_may_be_missing_and_no_pixel() -> None:
    body = with_numbers(bytes(5), b"\x14\x28\x3c\0")
    assert decode_pixels(body, read_header(body)).size == (5, 1)
    with pytest.raises(EOFError):
        decode_pixels(body[:-1], read_header(body))
