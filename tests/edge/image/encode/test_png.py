"""The bytes of PNGs."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from edge.image.encode.png import encode_png
from tests.edge.image.pictures import noise, photograph, quarters


@pytest.mark.parametrize("graphic", [False, True])
@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA"])
@pytest.mark.parametrize("size", [(1, 1), (3, 5), (70, 40)])
def test_no_pixel_is_lost(mode: str, size: tuple[int, int], graphic: bool) -> None:
    for image in (noise(size, mode), quarters(size).convert(mode)):
        found = Image.open(BytesIO(encode_png(image.copy(), graphic=graphic)))
        assert found.convert(mode).tobytes() == image.tobytes()


def test_up_to_256_opaque_colours_become_a_palette() -> None:
    assert Image.open(BytesIO(encode_png(quarters(), graphic=False))).mode == "P"
    assert Image.open(BytesIO(encode_png(photograph(), graphic=False))).mode == "RGB"


@pytest.mark.parametrize("graphic", [False, True])
def test_exif_is_the_files_only_metadata(graphic: bool) -> None:
    exif = Image.Exif()
    exif[33432] = "Somebody"
    image = noise((40, 30))
    image.info = {"comment": "private", "icc_profile": b"x"}
    found = Image.open(BytesIO(encode_png(image, exif.tobytes(), graphic=graphic)))
    assert found.getexif()[33432] == "Somebody"
    assert set(found.info) <= {"exif"}
