"""What an opened PNG tells of its samples."""

from __future__ import annotations

from io import BytesIO

import pytest

from edge.image.pillow_compat.png import PngFile, png_raw_mode, set_png_raw_mode
from tests.edge.image import encoders


@pytest.mark.parametrize(
    ("colours", "bits", "raw_mode"),
    [(0, 1, "1"), (0, 2, "L;2"), (0, 4, "L;4"), (0, 8, "L"), (0, 16, "I;16B"), (2, 8, "RGB"), (2, 16, "RGB;16B")],
)
def test_the_raw_mode_of_a_png_names_its_samples(colours: int, bits: int, raw_mode: str) -> None:
    bands = 3 if colours else 1
    image = PngFile(BytesIO(encoders.png(colours, bits, lambda _x, _y: [0] * bands)))
    assert png_raw_mode(image) == raw_mode
    image.load()
    assert png_raw_mode(image) == ""


def test_a_png_can_be_read_in_another_raw_mode() -> None:
    """Of 16 bits a channel, little-endian reading keeps the lower eight."""
    image = PngFile(BytesIO(encoders.png(2, 16, lambda *_: (0x1234, 0x5678, 0x9ABC))))
    assert png_raw_mode(image) == "RGB;16B"
    set_png_raw_mode(image, "RGB;16L")
    assert image.getpixel((0, 0)) == (0x34, 0x78, 0xBC)
