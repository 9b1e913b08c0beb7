"""Omissions of Pillow that are made good."""

from __future__ import annotations

import struct
import zlib
from typing import Any

import pytest
from PIL import ImageChops

from edge.image import verify
from edge.image.decode import png_chunks
from edge.image.decode.png_reader import open_png
from edge.image.decode.png_stored import StoredPng
from tests.edge.image.encoders import png, png_chunk
from tests.edge.image.pictures import POLICY, RED, decoded
from tests.edge.image.quartered import colour, four, tone


@pytest.mark.parametrize("interlaced", [False, True])
@pytest.mark.parametrize("off", [0, 1, -256])
def test_of_a_transparent_colour_of_16_bits_all_are_compared(off: int, interlaced: bool) -> None:
    key = png_chunk(b"tRNS", struct.pack(">3H", *(value << 8 | 7 for value in RED)))
    body = png(2, 16, lambda x, y: [(value << 8 | 7) + off for value in colour(x, y)], key, interlaced=interlaced)
    assert [at[3] for at in four(body)] == [255 if off else 0, 255, 255, 255]


def stored(body: bytes) -> StoredPng:
    chunks = png_chunks.walk(body)
    found = png_chunks.contents(body, chunks)
    data = [chunk.content(body) for chunk in chunks if chunk.name == b"IDAT"]
    return StoredPng(body[16:29], found.get(b"PLTE", b""), found.get(b"tRNS", b""), data)


@pytest.mark.parametrize(("bits", "wanted"), [(2, 85), (4, 85), (8, 85)])
def test_a_transparent_grey_is_in_the_samples_of_the_decoded_pixels(bits: int, wanted: int) -> None:
    key = png_chunk(b"tRNS", struct.pack(">H", ((1 << bits) - 1) // 3))
    image = open_png(stored(png(0, bits, lambda x, y: [tone(bits, x, y)], key)))
    assert image.info["transparency"] == wanted


@pytest.mark.parametrize("bits", [1, 2])
def test_a_transparent_grey_that_no_pixel_can_have_makes_none_transparent(bits: int) -> None:
    body = png(0, bits, lambda x, y: [tone(bits, x, y)], png_chunk(b"tRNS", struct.pack(">H", 1 << bits)))
    assert [at[3] for at in four(body)] == [255] * 4


WHOLE = png(2, 8, colour)
START = WHOLE.index(b"IDAT") - 4
DATA = WHOLE[START + 8 : -16]
SPOILT = {
    "a wrong Adler-32": png_chunk(b"IDAT", DATA[:-4] + b"abcd"),
    "no Adler-32": png_chunk(b"IDAT", DATA[:-4]),
    "a wrong one and more": png_chunk(b"IDAT", DATA[:-4] + b"abcdxyz"),
    "a wrong one in pieces": png_chunk(b"IDAT", DATA[:-2]) + png_chunk(b"IDAT", b"") + png_chunk(b"IDAT", b"cd"),
    "more rows": png_chunk(b"IDAT", zlib.compress(zlib.decompress(DATA) + bytes(500))),
    "a wrong checksum": png_chunk(b"IDAT", DATA)[:-4] + b"abcd",
}


@pytest.mark.parametrize("name", SPOILT)
def test_a_wrong_checksum_of_the_pixels_does_not_cost_them(name: str) -> None:
    """As in browsers, and at the upload as at the edge."""
    body = WHOLE[:START] + SPOILT[name] + WHOLE[-12:]
    assert verify(body, POLICY) == verify(WHOLE, POLICY)
    recipes: list[dict[str, Any]] = [{}, {"width": 10}, {"trim": 9}]
    for options in recipes:
        assert ImageChops.difference(decoded(body, **options), decoded(WHOLE, **options)).getbbox() is None


@pytest.mark.parametrize("end", [b"", WHOLE[-12:-6], WHOLE[-12:-4] + b"abcd"], ids=["missing", "cut off", "damaged"])
def test_the_end_is_not_needed(end: bytes) -> None:
    assert verify(WHOLE[:-12] + end, POLICY) == verify(WHOLE, POLICY)
