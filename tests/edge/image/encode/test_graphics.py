"""Telling graphics from photographs, and what they are encoded as."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image, ImageDraw

from edge.image.encode import still
from edge.image.encode.graphics import is_graphic
from tests.edge.image.pictures import noise, photograph

SIZES = [(150, 100), (300, 200), (720, 480), (1600, 1000)]


def page(size: tuple[int, int]) -> Image.Image:
    """A page of text, whose letters have smooth edges."""
    image = Image.new("RGB", size, "white")
    pen = ImageDraw.Draw(image)
    for line in range(0, image.height, 24):
        pen.text((20, line), "the quick brown fox jumps over a lazy dog " * 12, "black", font_size=14)
    pen.rectangle((0, 0, image.width // 3, image.height // 3), (30, 90, 200))
    return image


def disc(size: tuple[int, int]) -> Image.Image:
    image = Image.new("RGBA", size)
    ImageDraw.Draw(image).ellipse((10, 10, size[0] - 10, size[1] - 10), (200, 40, 40, 255))
    return image


@pytest.mark.parametrize("size", SIZES)
def test_text_icons_and_gradients_are_graphics(size: tuple[int, int]) -> None:
    assert is_graphic(page(size))
    assert is_graphic(page(size).convert("L"))
    assert is_graphic(disc(size))
    assert is_graphic(Image.linear_gradient("L").resize(size))


@pytest.mark.parametrize("mode", ["RGB", "L", "RGBA"])
@pytest.mark.parametrize("side", [150, 300, 720, 1600])
def test_photographs_are_none(mode: str, side: int) -> None:
    image = photograph(mode, 384 if mode == "RGBA" else 768).resize((side, side), Image.Resampling.LANCZOS)
    assert not is_graphic(image)
    assert not is_graphic(noise((side, side), mode))


@pytest.mark.parametrize("size", [(1, 1), (1, 5000), (5000, 1), (2, 2)])
def test_images_of_a_pixel_or_a_line_have_an_answer(size: tuple[int, int]) -> None:
    assert is_graphic(Image.new("RGB", size))


@pytest.mark.parametrize("format_class", ["avif", "webp", "basic"])
def test_the_smaller_file_of_a_graphic_wins(format_class: str) -> None:
    for image in (page((300, 200)), disc((300, 200)).convert("RGB")):
        lossy = {"avif": "avif", "webp": "webp", "basic": "jpeg"}[format_class]
        body = still.save(image.copy(), lossy, still.encoder_options(lossy, 75, image.size))
        encoded = still.encode_still(image.copy(), format_class, 75, "ffffff")
        kept = Image.open(BytesIO(encoded.body)).convert("RGB").tobytes() == image.tobytes()
        assert kept == (encoded.body != body)
        assert len(encoded.body) <= len(body)


def test_a_flat_graphic_is_lossless_in_each_class() -> None:
    image = disc((300, 200)).convert("RGB")
    for format_class, name in (("avif", "webp"), ("webp", "webp"), ("basic", "png")):
        encoded = still.encode_still(image.copy(), format_class, 75, "ffffff")
        assert encoded.format_name == name
        assert Image.open(BytesIO(encoded.body)).convert("RGB").tobytes() == image.tobytes()


@pytest.mark.parametrize("name", ["jpeg", "png", "webp", "gif"])
def test_a_format_that_was_asked_for_is_kept(name: str) -> None:
    assert still.encode_still(page((300, 200)), name, 75, "ffffff").format_name == name


def test_a_photograph_stays_lossy() -> None:
    for format_class, name in (("avif", "avif"), ("webp", "webp"), ("basic", "jpeg")):
        encoded = still.encode_still(photograph(), format_class, 75, "ffffff")
        assert encoded.format_name == name
        assert b"VP8L" not in encoded.body
