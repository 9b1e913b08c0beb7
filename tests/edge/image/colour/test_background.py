"""The background colour behind transparency and around an image."""

from __future__ import annotations

import pytest
from PIL import Image

from edge.image.colour import background
from tests.edge.image.pictures import (
    RED,
    WHITE,
    decoded,
    near,
    opened,
    pixel,
    saved,
    variant,
)


def test_a_colour_is_parsed_with_and_without_alpha() -> None:
    assert background.parse_colour("0a0b0c") == (10, 11, 12, 255)
    assert background.parse_colour("0a0b0c0d") == (10, 11, 12, 13)


def test_flattening_blends_with_the_background() -> None:
    body = saved(Image.new("RGBA", (20, 20), (255, 0, 0, 128)), "png")
    assert near(pixel(decoded(body, "jpeg"), 0.5, 0.5), (255, 127, 127))
    assert near(pixel(decoded(body, "jpeg", bg="0000ff"), 0.5, 0.5), (128, 0, 127))
    assert near(pixel(decoded(body, "jpeg", bg="0000ff00"), 0.5, 0.5), (128, 0, 127))


def half_seen(hidden: tuple[int, ...]) -> Image.Image:
    """Red on the left, transparent on the right. The edge lies at no multiple of the factors of a reduction."""
    image = Image.new("RGBA", (203, 101), (*hidden, 0))
    image.paste((*RED, 255), (0, 0, 97, 101))
    return image


@pytest.mark.parametrize(
    ("bg", "ground"), [("ffffff", (255, 255, 255)), ("00000080", (0, 0, 0)), ("0000ff", (0, 0, 255))]
)
@pytest.mark.parametrize("width", [203, 60])
def test_a_format_without_transparency_shows_the_background_opaque(
    bg: str, ground: tuple[int, ...], width: int
) -> None:
    """The background's alpha is ignored, because there is nothing behind it."""
    result = decoded(saved(half_seen((0, 255, 0)), "png"), "jpeg", width=width, quality=98, bg=bg)
    assert near(pixel(result, 0.2, 0.5), RED, 6)
    assert near(pixel(result, 0.8, 0.5), ground, 6)


def test_a_half_transparent_background_stays_so_in_formats_with_alpha() -> None:
    body = saved(Image.new("RGB", (40, 20), RED), "png")
    for format_class in ("png", "webp", "avif"):
        rendered = variant(body, format_class, width=40, height=40, fit="contain", bg="00000080", quality=100)
        assert near(pixel(opened(rendered), 0.5, 0.5, "RGBA"), (*RED, 255), 8)
        assert near(pixel(opened(rendered), 0.5, 0.05, "RGBA"), (0, 0, 0, 128), 8)
    flat = opened(variant(body, "jpeg", width=40, height=40, fit="contain", bg="00000080", quality=98))
    assert near(pixel(flat, 0.5, 0.05), (0, 0, 0), 8)


def test_a_format_without_transparency_blends_with_the_background() -> None:
    body = saved(Image.new("RGBA", (20, 20), (*RED, 128)), "png")
    assert near(
        pixel(opened(variant(body, "jpeg")), 0.5, 0.5), tuple((a + b) // 2 for a, b in zip(RED, WHITE, strict=True))
    )
    assert near(pixel(opened(variant(body, "jpeg", bg="000000")), 0.5, 0.5), tuple(a // 2 for a in RED))


@pytest.mark.parametrize("format_class", ["png", "webp", "avif", "gif", "basic"])
def test_what_is_transparent_stays_so_in_formats_with_alpha(format_class: str) -> None:
    result = opened(variant(saved(half_seen(RED), "png"), format_class, bg="0000ff"))
    assert pixel(result, 0.8, 0.5, "RGBA")[3] == 0
    assert pixel(result, 0.2, 0.5, "RGBA")[3] == 255


@pytest.mark.parametrize(("bg", "alpha"), [("1020307f", 0), ("10203080", 255)])
def test_a_gif_shows_a_half_transparent_background_or_none(bg: str, alpha: int) -> None:
    body = saved(Image.new("RGB", (40, 20), RED), "png")
    result = opened(variant(body, "gif", width=40, height=40, fit="contain", bg=bg))
    assert pixel(result, 0.5, 0.05, "RGBA")[3] == alpha


@pytest.mark.parametrize(
    ("mode", "bg", "expected"),
    [("L", "ffffff", "RGB"), ("RGB", "ffffff", "RGB"), ("RGB", "ffffff80", "RGBA"), ("LA", "ffffff", "RGBA")],
)
def test_padding_gives_the_mode_that_holds_image_and_background(mode: str, bg: str, expected: str) -> None:
    image = Image.new(mode, (4, 2))
    padded = background.pad(image, (6, 6), (1, 2), bg)
    assert (padded.mode, padded.size) == (expected, (6, 6))
    assert padded.convert("RGBA").getpixel((0, 0)) == background.parse_colour(bg)
    assert padded.convert("RGB").getpixel((1, 2)) == (0, 0, 0)
    assert background.pad(image, (4, 2), (0, 0), bg) is image
