from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image, ImageChops, ImageStat

from edge.image.decode.load import load
from tests.edge.image.encoders import lossless_jpeg
from tests.edge.image.pictures import decoded, noise, quarters, saved


def loaded(body: bytes, size: tuple[int, int]) -> tuple[Image.Image, int]:
    image = Image.open(BytesIO(body))
    return load(image, body, (0, 0, *image.size), size)


@pytest.mark.parametrize(("width", "by"), [(1000, 1), (700, 1), (400, 2), (100, 8)])
def test_a_jpeg_is_decoded_as_small_as_will_do(width: int, by: int) -> None:
    pixels, shrunk = loaded(saved(quarters((1000, 750)), "jpeg"), (width, width * 3 // 4))
    assert (shrunk, pixels.mode, pixels.width) == (by, "RGB", 1000 // by)


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
@pytest.mark.parametrize("options", [{}, {"keep_rgb": True}, {"progressive": True}, {"subsampling": 0}], ids=str)
def test_every_jpeg_small_is_what_it_is_big(mode: str, options: dict[str, object]) -> None:
    image = noise((20, 15)).resize((1000, 750), Image.Resampling.BICUBIC).convert(mode)
    body = saved(image, "jpeg", quality=95, **options)
    small, big = decoded(body, width=100), decoded(saved(decoded(body), "png"), width=100)
    assert max(ImageStat.Stat(ImageChops.difference(small.convert("RGB"), big.convert("RGB"))).mean) < 3


def test_a_lossless_jpeg_is_decoded_whole() -> None:
    """It has no steps of which some could be left out."""
    body = lossless_jpeg(400, 300, lambda x, y: (x // 2 + y // 4) % 256)
    pixels, shrunk = loaded(body, (50, 38))
    assert (shrunk, pixels.mode, pixels.size, pixels.getpixel((101, 90))) == (1, "L", (400, 300), 72)
    assert decoded(body, "jpeg").size == (400, 300)
    assert decoded(body, width=50).size == (50, 38)


def test_a_trimmed_jpeg_is_decoded_whole_and_once() -> None:
    framed = Image.new("RGB", (1000, 750), "white")
    framed.paste(quarters((500, 250)), (250, 250))
    result = decoded(saved(framed, "jpeg", quality=95), width=100, trim=20)
    assert result.size == (100, 50)
