"""Every mode that decoders produce becomes one that can be resized."""

from __future__ import annotations

import pytest

from edge.image.colour import modes
from tests.edge.image.pictures import (
    GREEN,
    RED,
    WHITE,
    decoded,
    near,
    noise,
    pixel,
    quarters,
    saved,
    stripes,
)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_png_mode_keeps_black_and_white(mode: str) -> None:
    grey = stripes([(0,), (255,)], (40, 20), "L")
    image = grey.convert("I").point(lambda value: value * 257).convert("I;16") if mode == "I;16" else grey.convert(mode)
    result = decoded(saved(image, "png"), width=20)
    assert near(pixel(result, 0.2, 0.5), (0, 0, 0), 0)
    assert near(pixel(result, 0.8, 0.5), (255, 255, 255), 0)


def test_a_palette_and_its_transparent_entry_become_rgba() -> None:
    image = quarters().quantize(4)
    index = image.getpixel((0, 0))
    result = decoded(saved(image, "png", transparency=index), width=40)
    assert pixel(result, 0.2, 0.2, "RGBA")[3] == 0
    assert near(pixel(result, 0.8, 0.2), GREEN)


def test_a_palette_image_is_resized_as_colours() -> None:
    image = stripes([(0,), (255,)] * 20, (40, 20), "L").convert("P")
    assert 100 < pixel(decoded(saved(image, "png"), width=10, height=5), 0.5, 0.5)[0] < 155


@pytest.mark.parametrize(("mode", "clear"), [("L", 0), ("1", 0), ("RGB", (0, 0, 0))])
def test_one_colour_of_a_png_may_be_transparent(mode: str, clear: object) -> None:
    body = saved(stripes([(0,), (255,)], (40, 20), "L").convert(mode), "png", transparency=clear)
    result = decoded(body, width=20)
    assert [pixel(result, x, 0.5, "RGBA")[3] for x in (0.2, 0.8)] == [0, 255]


@pytest.mark.parametrize("format_class", ["png", "webp", "avif"])
def test_alpha_survives_every_format_that_has_it(format_class: str) -> None:
    body = saved(stripes([(*RED, 255), (*RED, 128), (*RED, 0)], (60, 20), "RGBA"), format_class)
    result = decoded(body, format_class, width=30)
    assert [round(pixel(result, x, 0.5, "RGBA")[3] / 64) for x in (0.1, 0.5, 0.9)] == [4, 2, 0]


def test_every_format_keeps_colours() -> None:
    for format_class in ("jpeg", "webp", "avif", "png", "gif"):
        result = decoded(saved(quarters(), "png"), format_class, quality=95)
        assert near(pixel(result, 0.25, 0.25), RED, 12), format_class
        assert near(pixel(result, 0.75, 0.75), WHITE, 12), format_class


@pytest.mark.parametrize(
    ("mode", "expected"),
    [("1", "L"), ("L", "L"), ("P", "RGB"), ("RGB", "RGB"), ("CMYK", "CMYK"), ("YCbCr", "RGB"), ("I;16", "L"),
     ("LA", "LA"), ("La", "LA"), ("RGBA", "RGBA"), ("RGBa", "RGBA")],
)  # fmt: skip
def test_the_working_mode_of_each_mode(mode: str, expected: str) -> None:
    source = noise((8, 8), {"La": "LA", "RGBa": "RGBA", "YCbCr": "RGB", "1": "L"}.get(mode, mode)).convert(mode)
    assert modes.to_working_mode(source).mode == expected


@pytest.mark.parametrize(("mode", "expected"), [("LA", "L"), ("RGBA", "RGB")])
def test_an_opaque_alpha_channel_is_dropped(mode: str, expected: str) -> None:
    image = noise((8, 8), mode)
    image.putalpha(255)
    assert not modes.is_transparent(image)
    assert modes.to_working_mode(image).mode == expected
    image.putpixel((3, 3), (0,) * (len(mode) - 1) + (254,))
    assert modes.is_transparent(image)
    assert modes.to_working_mode(image).mode == mode
