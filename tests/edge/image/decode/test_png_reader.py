"""The transparent colour of a PNG in samples of any depth."""

from __future__ import annotations

import struct

import pytest

from edge.image.decode.png_reader import open_png
from tests.edge.image.encoders import png, png_chunk
from tests.edge.image.pictures import RED
from tests.edge.image.quartered import colour, four, tone


def test_of_a_transparent_colour_of_16_bits_the_upper_eight_are_compared() -> None:
    """Pillow keeps no more. For exact transparency a PNG of 16 bits can have an alpha channel."""
    key = png_chunk(b"tRNS", struct.pack(">3H", *(value << 8 for value in RED)))
    body = png(2, 16, lambda x, y: [value << 8 | 1 for value in colour(x, y)], key)
    assert [at[3] for at in four(body)] == [0, 255, 255, 255]


@pytest.mark.parametrize(("bits", "wanted"), [(2, 85), (4, 85), (8, 85)])
def test_a_transparent_grey_is_in_the_samples_of_the_decoded_pixels(bits: int, wanted: int) -> None:
    key = png_chunk(b"tRNS", struct.pack(">H", ((1 << bits) - 1) // 3))
    assert open_png(png(0, bits, lambda x, y: [tone(bits, x, y)], key)).info["transparency"] == wanted
