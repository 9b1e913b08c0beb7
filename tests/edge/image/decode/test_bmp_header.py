"""The header of a BMP file, of every length."""

from __future__ import annotations

import struct

import pytest

from edge.contract.errors import SourceRefused
from edge.image.decode.bmp_header import read_header
from tests.edge.image.encoders import COLOURS, HEIGHT, WIDTH, bmp

BLANK = [bytes(4 * WIDTH)] * HEIGHT


def os2(length: int, bits: int, palette: bytes = b"") -> bytes:
    """A header of OS/2: its first version, or as much of its second as ``length`` says."""
    fields = struct.pack("<I4H" if length == 12 else "<I2I2H", length, WIDTH, HEIGHT, 1, bits).ljust(length, b"\0")
    return b"BM" + struct.pack("<IHHI", 0, 0, 0, 14 + length + len(palette)) + fields + palette


@pytest.mark.parametrize("length", [12, 16, 20, 42, 46, 64])
def test_a_header_of_os2_may_leave_out_its_last_fields(length: int) -> None:
    header = read_header(os2(length, 24))
    assert (header.size, header.bits, header.top_down, header.data) == ((WIDTH, HEIGHT), 24, False, 14 + length)
    assert header.masks == (0xFF0000, 0xFF00, 0xFF, 0)


def test_the_first_palette_of_os2_has_three_bytes_a_colour() -> None:
    palette = b"".join(bytes(colour[::-1]) for colour in COLOURS)
    assert read_header(os2(12, 4, palette)).palette == b"".join(map(bytes, COLOURS))


def test_a_palette_ends_where_the_pixels_start() -> None:
    """This one claims 256 colours."""
    header = read_header(bmp(8, BLANK, palette=True))
    assert header.palette == b"".join(map(bytes, COLOURS))
    assert header.data == 54 + 16


def test_a_negative_height_means_from_the_top() -> None:
    header = read_header(bmp(24, BLANK, top_down=True))
    assert (header.size, header.top_down) == ((WIDTH, HEIGHT), True)


@pytest.mark.parametrize(
    ("length", "compression", "alpha"), [(40, 3, 0), (52, 3, 0), (56, 3, 1), (56, 0, 0), (108, 0, 1), (124, 3, 1)]
)
def test_which_headers_have_an_alpha_mask(length: int, compression: int, alpha: int) -> None:
    """As in Chromium: those of version 4 and 5 with any compression."""
    masks = (0xFF0000, 0xFF00, 0xFF, 0xFF000000)[: 4 if length > 52 else 3]
    header = read_header(bmp(32, BLANK, compression=compression, masks=masks, header=length))
    assert header.masks == (0xFF0000, 0xFF00, 0xFF, 0xFF000000 * alpha)


def test_masks_are_cut_to_the_bits_of_a_pixel() -> None:
    body = bmp(16, BLANK, compression=3, masks=(0x7C00, 0x3E0, 0x1F, 0xFF008000), header=108)
    assert read_header(body).masks == (0x7C00, 0x3E0, 0x1F, 0x8000)


UNSUPPORTED = {
    "colour masks with gaps": bmp(32, BLANK, compression=3, masks=(0xFF0000, 0xFF00, 0xF7)),
    "Huffman compression": bmp(1, BLANK, compression=3),
    "a JPEG image inside": bmp(0, BLANK, compression=4),
    "a PNG image inside": bmp(24, BLANK, compression=5),
    "64 bits a pixel": bmp(64, BLANK),
    "compression 11 with 32 bits a pixel": bmp(32, BLANK, compression=11),
    "compression 1 with 4 bits a pixel": bmp(4, BLANK, compression=1),
}


@pytest.mark.parametrize("feature", UNSUPPORTED)
def test_what_is_not_supported_is_named(feature: str) -> None:
    with pytest.raises(SourceRefused) as caught:
        read_header(UNSUPPORTED[feature])
    assert caught.value.as_dict() == {
        "status": 415,
        "code": "source_unsupported",
        "message": f"The BMP file uses {feature}, which is not supported. Save it with 24 bits a pixel.",
    }


@pytest.mark.parametrize(
    ("body", "what"),
    [(bmp(24, BLANK)[:50], "ends in its header"), (os2(16, 24).replace(b"\x20\0\0\0", b"\xff" * 4, 1), "-1 pixels")],
)
def test_a_damaged_header_is_named(body: bytes, what: str) -> None:
    with pytest.raises(SourceRefused, match=what) as caught:
        read_header(body)
    assert caught.value.code == "source_damaged"
