"""Trimming: which border is plain, and what is left without it."""

from __future__ import annotations

import pytest
from PIL import Image

from tests.edge.image.pictures import (
    BLUE,
    RED,
    WHITE,
    decoded,
    near,
    noise,
    pixel,
    saved,
    stripes,
)


def test_a_threshold_covers_the_artefacts_of_a_jpegs_border() -> None:
    image = Image.new("RGB", (160, 120), WHITE)
    image.paste(noise((64, 48)), (48, 40))
    body = saved(image, "jpeg", quality=80)
    width, height = decoded(body, trim=60).size
    assert 64 <= width <= 66
    assert 48 <= height <= 50
    assert decoded(body, trim=1).size > (66, 50)


def test_differences_are_measured_from_the_top_left_pixel() -> None:
    image = Image.new("RGB", (60, 40), (100, 100, 100))
    image.paste((120, 100, 100), (20, 10, 40, 30))
    assert decoded(saved(image, "png"), trim=19).size == (20, 20)
    assert decoded(saved(image, "png"), trim=20).size == (60, 40)


def test_trimming_comes_before_resizing() -> None:
    image = Image.new("RGB", (200, 100), WHITE)
    image.paste(RED, (50, 25, 150, 75))
    assert decoded(saved(image, "png"), trim=10, width=50).size == (50, 25)


def test_the_colours_of_transparent_pixels_do_not_count() -> None:
    hidden = noise((60, 40), "RGBA")
    hidden.putalpha(0)
    hidden.paste((*RED, 255), (10, 10, 30, 20))
    assert decoded(saved(hidden, "png"), trim=10).size == (20, 10)
    hole = Image.new("RGBA", (60, 40), (*WHITE, 255))
    hole.paste((*WHITE, 0), (10, 10, 30, 20))
    assert decoded(saved(hole, "png"), trim=10).size == (20, 10)


@pytest.mark.parametrize("size", [(1, 1), (1, 9), (2, 2)])
def test_the_smallest_images_keep_a_pixel(size: tuple[int, int]) -> None:
    for image in (Image.new("RGB", size, RED), Image.new("RGBA", size), noise(size)):
        assert min(decoded(saved(image, "png"), trim=10).size) >= 1


def test_a_plain_border_is_removed() -> None:
    image = Image.new("RGB", (120, 100), WHITE)
    image.paste(stripes([RED, BLUE], (40, 30)), (20, 60))
    result = decoded(saved(image, "png"), trim=10)
    assert result.size == (40, 30)
    assert near(pixel(result, 0.1, 0.5), RED)
    assert decoded(saved(image, "png"), trim=10, rotate=90).size == (30, 40)
    assert near(pixel(decoded(saved(image, "png"), trim=10, width=10, height=30, gravity="east"), 0.5, 0.5), BLUE)


def test_a_transparent_border_is_removed() -> None:
    image = Image.new("RGBA", (120, 100))
    image.paste(Image.new("RGBA", (40, 30), (*RED, 255)), (20, 60))
    assert decoded(saved(image, "png"), trim=10).size == (40, 30)


def test_a_plain_image_stays_whole() -> None:
    assert decoded(saved(Image.new("RGB", (50, 40), RED), "png"), trim=10).size == (50, 40)
