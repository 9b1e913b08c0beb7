"""Which part of the original a recipe shows: orientation, focal point, gravity, trimming."""

from __future__ import annotations

from typing import Any

import pytest
from PIL import Image, ImageChops

from edge.contract.values import COMPASS
from tests.edge.image.pictures import (
    BLUE,
    GREEN,
    RED,
    WHITE,
    corners,
    decoded,
    near,
    noise,
    pixel,
    quarters,
    saved,
    stripes,
)

PNG = saved(quarters(), "png")


UPRIGHT = ["red", "green", "blue", "white"]


#: How each orientation stores an upright image: the inverse of what a decoder must do.
STORED = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def oriented(orientation: int, name: str, size: tuple[int, int] = (80, 60)) -> bytes:
    exif = Image.Exif()
    exif[274] = orientation
    transpose = STORED[orientation]
    image = quarters(size)
    return saved(image if transpose is None else image.transpose(transpose), name, exif=exif)


@pytest.mark.parametrize("orientation", STORED)
@pytest.mark.parametrize("name", ["jpeg", "png", "webp", "avif", "tiff"])
def test_every_exif_orientation_is_applied(name: str, orientation: int) -> None:
    result = decoded(oriented(orientation, name), width=40)
    assert result.size == (40, 30)
    assert corners(result) == UPRIGHT


@pytest.mark.parametrize("orientation", STORED)
def test_a_jpeg_that_is_shrunk_on_load_is_oriented(orientation: int) -> None:
    result = decoded(oriented(orientation, "jpeg", (803, 601)), width=100, height=50, gravity="north")
    assert result.size == (100, 50)
    assert near(pixel(result, 0.25, 0.5), RED)
    assert near(pixel(result, 0.75, 0.5), GREEN)


@pytest.mark.parametrize("orientation", STORED)
def test_a_focal_point_is_a_point_of_the_upright_image(orientation: int) -> None:
    result = decoded(oriented(orientation, "png"), focal=(900, 100), width=20, height=20)
    assert result.size == (20, 20)
    assert near(pixel(result, 0.9, 0.3), GREEN)
    assert near(pixel(decoded(oriented(orientation, "png"), focal=(1000, 1000), width=10, height=60), 0.5, 0.9), WHITE)


def test_an_image_is_rotated_clockwise_then_mirrored() -> None:
    assert corners(decoded(PNG, rotate=90)) == ["blue", "red", "white", "green"]
    assert corners(decoded(PNG, rotate=180)) == ["white", "blue", "green", "red"]
    assert corners(decoded(PNG, rotate=270)) == ["green", "white", "red", "blue"]
    assert corners(decoded(PNG, flip=True)) == ["blue", "white", "red", "green"]
    assert corners(decoded(PNG, flop=True)) == ["green", "red", "white", "blue"]
    assert corners(decoded(PNG, rotate=90, flop=True)) == ["red", "blue", "green", "white"]


def test_width_and_height_are_those_after_rotation() -> None:
    assert decoded(PNG, rotate=90, width=30, height=20).size == (30, 20)
    assert decoded(PNG, rotate=90).size == (60, 80)


@pytest.mark.parametrize(
    ("gravity", "colour"),
    [("west", RED), ("center", GREEN), ("east", BLUE), ((100, 500), RED), ((500, 0), GREEN), ((1000, 1000), BLUE)],
)
def test_gravity_says_what_a_crop_keeps(gravity: object, colour: tuple[int, int, int]) -> None:
    body = saved(stripes([RED, GREEN, BLUE], (90, 30)), "png")
    assert near(pixel(decoded(body, width=20, height=20, gravity=gravity), 0.5, 0.5), colour)


def test_without_a_focal_point_a_crop_keeps_the_middle() -> None:
    body = saved(stripes([RED, GREEN, BLUE], (90, 30)), "png")
    assert near(pixel(decoded(body, width=20, height=20), 0.5, 0.5), GREEN)
    assert near(pixel(decoded(body, focal=(950, 500), width=20, height=20), 0.5, 0.5), BLUE)
    assert near(pixel(decoded(body, focal=(950, 500), width=20, height=20, gravity="west"), 0.5, 0.5), RED)


def test_a_crop_at_full_size_copies_pixels() -> None:
    image = noise((101, 50))
    result = decoded(saved(image, "png"), width=50, height=50)
    assert result.tobytes() == image.crop((26, 0, 76, 50)).tobytes()


def test_the_focal_point_of_a_trimmed_image_is_that_of_the_whole() -> None:
    image = Image.new("RGB", (200, 30), WHITE)
    image.paste(stripes([RED, GREEN, BLUE], (90, 30)), (100, 0))
    result = decoded(saved(image, "png"), focal=(525, 500), trim=10, width=20, height=20)
    assert near(pixel(result, 0.5, 0.5), RED)


@pytest.mark.parametrize("gravity", COMPASS)
@pytest.mark.parametrize("size", [(40, 20), (20, 40), (40, 40)])
def test_the_nine_gravities_in_contain_and_cover(gravity: str, size: tuple[int, int]) -> None:
    x, y = COMPASS[gravity][0] / 1000, COMPASS[gravity][1] / 1000
    body = saved(Image.new("RGB", size, RED), "png")
    padded = decoded(body, width=80, height=80, fit="contain", gravity=gravity)
    left, top = round((80 - size[0]) * x), round((80 - size[1]) * y)
    ground = Image.new("RGB", (80, 80), WHITE)
    assert ImageChops.difference(padded, ground).getbbox() == (left, top, left + size[0], top + size[1])
    kept = Image.new("RGB", (90, 90), WHITE)
    kept.paste(RED, (round(60 * x), round(60 * y), round(60 * x) + 30, round(60 * y) + 30))
    for width, height in ((30, 90), (90, 30)):
        cut = decoded(saved(kept, "png"), width=width, height=height, gravity=gravity)
        assert (900, RED) in (cut.getcolors() or [])  # the whole square


@pytest.mark.parametrize("orientation", STORED)
@pytest.mark.parametrize("options", [{"rotate": 90}, {"rotate": 270, "flip": True}, {"flop": True}], ids=str)
def test_a_recipe_turns_the_image_that_exif_orientation_made_upright(orientation: int, options: dict[str, Any]) -> None:
    assert corners(decoded(oriented(orientation, "png"), **options)) == corners(decoded(PNG, **options))


@pytest.mark.parametrize("orientation", STORED)
def test_the_border_is_that_of_the_upright_images_top_left_pixel(orientation: int) -> None:
    """Stored on its side, another corner comes first."""
    image = Image.new("RGB", (60, 40), WHITE)
    image.paste(RED, (20, 10, 60, 40))
    transpose, exif = STORED[orientation], Image.Exif()
    exif[274] = orientation
    body = saved(image if transpose is None else image.transpose(transpose), "png", exif=exif)
    assert decoded(body, trim=10).size == (40, 30)
