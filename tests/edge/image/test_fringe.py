"""What nobody sees has a colour, too: it must not bleed into what they do see."""

from __future__ import annotations

from typing import Any

import pytest
from PIL import Image

from tests.edge.image.pictures import animation, decoded, near, opened, pixel, saved, variant

Colour = tuple[int, ...]
RED: Colour = (255, 0, 0)


def half_seen(hidden: Colour) -> Image.Image:
    """Red on the left; on the right, with an edge that no reduction by whole pixels meets, what is unseen."""
    image = Image.new("RGBA", (203, 101), (*hidden, 0))
    image.paste((*RED, 255), (0, 0, 97, 101))
    return image


def seen(image: Image.Image, least: int = 20) -> list[Colour]:
    """The colours of what shows at least a little."""
    values = image.convert("RGBA").get_flattened_data()
    return [value[:3] for value in values if isinstance(value, tuple) and value[3] >= least]


SOURCES: dict[str, dict[str, Any]] = {
    "png": {},
    "webp": {"lossless": True, "exact": True},
    "avif": {"quality": 100, "subsampling": "4:4:4"},
    "tiff": {},
    "gif": {},
}


@pytest.mark.parametrize("hidden", [(0, 0, 0), (0, 255, 0), (255, 255, 255)])
@pytest.mark.parametrize("name", SOURCES)
@pytest.mark.parametrize("width", [150, 60, 20, 7])
def test_red_stays_red_beside_what_is_unseen(name: str, hidden: Colour, width: int) -> None:
    result = decoded(saved(half_seen(hidden), name, **SOURCES[name]), width=width)
    found = seen(result)
    assert len(found) > result.height * width // 3
    assert all(near(colour, RED, 14) for colour in found), {colour for colour in found if not near(colour, RED, 14)}


@pytest.mark.parametrize("width", [150, 60, 20, 7])
def test_white_stays_white_beside_unseen_black_in_greys(width: int) -> None:
    image = Image.new("LA", (203, 101), (0, 0))
    image.paste((255, 255), (0, 0, 97, 101))
    result = decoded(saved(image, "png"), width=width)
    assert all(near(colour, (255, 255, 255), 14) for colour in seen(result))


@pytest.mark.parametrize("width", [150, 60, 20])
def test_a_palette_with_a_clear_entry_has_no_fringe(width: int) -> None:
    image = Image.new("P", (203, 101), 1)
    image.putpalette([*RED, 0, 255, 0])
    image.paste(0, (0, 0, 97, 101))
    result = decoded(saved(image, "png", transparency=1), width=width)
    assert all(near(colour, RED, 14) for colour in seen(result))


@pytest.mark.parametrize("format_class", ["webp", "gif"])
def test_an_animation_has_no_fringe(format_class: str) -> None:
    frames = [half_seen((0, 255, 0)), half_seen((0, 255, 0)).transpose(Image.Transpose.FLIP_TOP_BOTTOM)]
    frames[1].paste((*RED, 255), (0, 0, 40, 40))
    frames[1].paste((*RED, 255), (97, 0, 120, 50))
    result = decoded(animation("png", frames, duration=100), format_class, width=60, quality=100)
    for number in range(result.n_frames):  # type: ignore[attr-defined]
        result.seek(number)
        assert all(near(colour, RED, 24) for colour in seen(result, 60))


@pytest.mark.parametrize(
    ("bg", "ground"), [("ffffff", (255, 255, 255)), ("00000080", (0, 0, 0)), ("0000ff", (0, 0, 255))]
)
@pytest.mark.parametrize("width", [203, 60])
def test_a_format_without_transparency_shows_the_ground_in_full(bg: str, ground: Colour, width: int) -> None:
    """However little of it the recipe asks for, since there is nothing behind."""
    result = decoded(saved(half_seen((0, 255, 0)), "png"), "jpeg", width=width, quality=98, bg=bg)
    assert near(pixel(result, 0.2, 0.5), RED, 6)
    assert near(pixel(result, 0.8, 0.5), ground, 6)


def test_a_ground_that_is_half_seen_is_so_where_the_format_holds_it() -> None:
    body = saved(Image.new("RGB", (40, 20), RED), "png")
    for format_class in ("png", "webp", "avif"):
        rendered = variant(body, format_class, width=40, height=40, fit="contain", bg="00000080", quality=100)
        assert near(pixel(opened(rendered), 0.5, 0.5, "RGBA"), (*RED, 255), 8)
        assert near(pixel(opened(rendered), 0.5, 0.05, "RGBA"), (0, 0, 0, 128), 8)
    flat = opened(variant(body, "jpeg", width=40, height=40, fit="contain", bg="00000080", quality=98))
    assert near(pixel(flat, 0.5, 0.05), (0, 0, 0), 8)
