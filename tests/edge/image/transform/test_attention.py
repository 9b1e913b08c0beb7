"""What `g=auto` keeps: the part that attracts attention, in the middle of the crop."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from edge.image.transform.attention import point_of_attention, thumbnail_size
from tests.edge.image.pictures import (
    WHITE,
    decoded,
    near,
    noise,
    pixel,
    saved,
)

CENTRE = (500, 500)


SKINS = [(255, 219, 172), (224, 172, 105), (141, 85, 36), (92, 56, 30)]


def plain(
    size: tuple[int, int] = (120, 40), colour: tuple[int, ...] = (128, 128, 128), mode: str = "RGB"
) -> Image.Image:
    return Image.new(mode, size, colour)


@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA"])
@pytest.mark.parametrize("size", [(120, 40), (40, 120), (1, 1), (1, 90), (2, 7)])
def test_a_plain_image_is_cropped_around_its_centre(mode: str, size: tuple[int, int]) -> None:
    assert point_of_attention(Image.new(mode, size, 77 if mode == "L" else (77,) * len(mode)), (40, 40)) == CENTRE


@given(st.integers(0, 80))
def test_the_busy_part_is_centred_as_far_as_it_fits(left: int) -> None:
    image = plain()
    image.paste(noise((40, 30)), (left, 5))
    x, _ = point_of_attention(image, (60, 40))
    middle = min(max(left + 20, 30), 90) / 120 * 1000
    assert abs(x - middle) <= 35


@pytest.mark.parametrize("skin", SKINS)
def test_skin_attracts_more_than_other_colours(skin: tuple[int, int, int]) -> None:
    """Equal edges on both sides; one side has the colour of skin."""
    image = plain((120, 40), (110, 110, 110))
    image.paste((150, 150, 150), (10, 10, 30, 30))
    image.paste(skin, (90, 10, 110, 30))
    assert point_of_attention(image, (40, 40))[0] > 700
    assert point_of_attention(image.transpose(Image.Transpose.FLIP_LEFT_RIGHT), (40, 40))[0] < 300


def test_a_saturated_colour_attracts_more_than_a_pale_one() -> None:
    image = plain()
    image.paste((90, 100, 140), (10, 10, 30, 30))
    image.paste((20, 90, 250), (90, 10, 110, 30))
    assert point_of_attention(image, (40, 40))[0] > 700


def test_transparent_pixels_attract_nothing() -> None:
    image = noise((120, 40), "RGBA")
    image.putalpha(0)
    image.paste(noise((20, 20)).convert("RGBA"), (90, 10))
    assert point_of_attention(image, (40, 40))[0] > 800


def test_every_size_shows_the_same_part() -> None:
    image = plain((1200, 400), (128, 128, 128))
    image.paste(noise((30, 30)).resize((300, 300)), (700, 50))
    body = saved(image, "jpeg")
    for size in (40, 160, 400):
        result = decoded(body, width=size, height=size, gravity="auto").convert("L")
        # The busy part ends before both sides of the crop.
        assert all(near(pixel(result, x, 0.5), (128, 128, 128), 12) for x in (0.03, 0.97))


@pytest.mark.parametrize("size", [(1601, 803), (803, 1607)])
@pytest.mark.parametrize("name", ["jpeg", "webp"])
def test_an_image_that_was_shrunk_on_load_is_examined_to_its_edges(size: tuple[int, int], name: str) -> None:
    """Neither side can be divided by two."""
    image = plain(size)
    image.paste(noise((8, 8)).resize((600, 600)), (size[0] - 640, size[1] - 640))
    result = decoded(saved(image, name), width=60, height=60, gravity="auto").convert("L")
    assert sum(not near(pixel(result, x / 10, y / 10), (128, 128, 128), 12) for x in range(10) for y in range(10)) > 40


def test_the_corners_of_a_rotated_image_attract_nothing() -> None:
    image = Image.new("RGB", (300, 100), (120, 120, 120))
    image.paste(noise((10, 10)).resize((80, 80)), (210, 10))
    result = decoded(saved(image, "png"), rotate=30, width=60, height=120, gravity="auto")
    assert pixel(result, 0.5, 0.5) != WHITE
    seen = sum(not near(pixel(result, x / 10, y / 10), WHITE, 9) for x in range(10) for y in range(10))
    assert seen > 40


def test_thumbnail_sizes() -> None:
    assert thumbnail_size((4000, 3000)) == (128, 96)
    assert thumbnail_size((90_000, 3)) == (128, 1)
    assert thumbnail_size((64, 48)) == (64, 48)


@pytest.mark.parametrize("name", ["png", "jpeg"])
@pytest.mark.parametrize(("at", "where"), [((0, 0), "start"), ((700, 0), "end")])
def test_auto_keeps_the_busy_part(at: tuple[int, int], where: str, name: str) -> None:
    image = Image.new("RGB", (900, 200), WHITE)
    image.paste(noise((10, 10)).point(lambda value: value // 2).resize((200, 200)), at)
    for turned, rotate in ((image, 0), (image.transpose(Image.Transpose.ROTATE_90), 90)):
        result = decoded(saved(turned, name), width=40, height=40, gravity="auto", rotate=rotate)
        assert result.size == (40, 40)
        assert max(pixel(result, 0.5, 0.5)) < 200, where
