"""Any whole degree of rotation: the canvas grows, and its corners show the background."""

from __future__ import annotations

from math import cos, radians, sin

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageStat

from edge.contract.recipe import Recipe, make_recipe
from edge.contract.values import FITS
from edge.image import render
from edge.image.geometry import lay_out, orientation_of
from edge.image.transform.rotate import Rotation, rotation_of
from tests.edge.image.pictures import (
    BLUE,
    GREEN,
    POLICY,
    RED,
    WHITE,
    decoded,
    near,
    noise,
    opened,
    pixel,
    quarters,
    saved,
    variant,
)

degrees = st.integers(-89, 89)


sides = st.integers(1, 12_000)


sizes = st.tuples(sides, sides)


properties = settings(max_examples=200)


@pytest.mark.parametrize(
    ("size", "angle", "canvas"),
    [  # from libvips
        ((400, 300), 1, (405, 307)),
        ((400, 300), 30, (496, 460)),
        ((400, 300), 45, (495, 495)),
        ((400, 300), -70, (419, 478)),
        ((100, 1), 30, (87, 51)),
        ((1, 1), 45, (1, 1)),
        ((37, 53), 30, (59, 64)),
        ((400, 300), 0, (400, 300)),
    ],
)
def test_the_canvas_is_as_large_as_libvips_makes_it(size: tuple[int, int], angle: int, canvas: tuple[int, int]) -> None:
    assert Rotation(angle).size(size) == canvas


@properties
@given(degrees, sizes, st.tuples(st.integers(0, 1000), st.integers(0, 1000)))
def test_points_move_with_the_pixels(angle: int, size: tuple[int, int], point: tuple[int, int]) -> None:
    canvas = Rotation(angle).size(size)
    x, y = (place * side / 1000 for place, side in zip(Rotation(angle).point(point, size), canvas, strict=True))
    left, top, right, bottom = Rotation(angle).inverse_box((x, y, x, y), size, max(canvas) / 1000 + 1)
    assert left <= point[0] * size[0] / 1000 <= right
    assert top <= point[1] * size[1] / 1000 <= bottom


@properties
@given(
    source=sizes,
    options=st.fixed_dictionaries(
        {
            "width": st.integers(0, POLICY.max_side),
            "height": st.integers(0, POLICY.max_side),
            "fit": st.sampled_from(FITS),
            "up": st.booleans(),
            "rotate": st.integers(0, 359),
            "flip": st.booleans(),
        }
    ),
)
def test_the_input_region_lies_in_the_image_and_is_bounded(source: tuple[int, int], options: dict[str, object]) -> None:
    recipe = make_recipe(options)
    rotation, size_before = rotation_of(recipe), orientation_of(recipe).size(source)
    layout = lay_out(rotation.size(size_before), recipe, POLICY)
    (left, top, right, bottom), size = rotation.input_region(layout, size_before)
    assert 0 <= left < right <= size_before[0]
    assert 0 <= top < bottom <= size_before[1]
    assert min(size) >= 1
    assert size[0] * size[1] <= 3 * POLICY.max_side**2


def turning(rotate: int, mirror: str) -> dict[str, object]:
    return {"rotate": rotate, mirror or "up": True}


def reference(image: Image.Image, recipe: Recipe) -> Image.Image:
    """Rotated by Pillow at full size, on white. Pillow's angles are counterclockwise."""
    image = image.rotate(-recipe.rotate, Image.Resampling.BICUBIC, expand=True, fillcolor=(255, 255, 255))
    image = image.transpose(Image.Transpose.FLIP_TOP_BOTTOM) if recipe.flip else image
    return image.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if recipe.flop else image


@pytest.mark.parametrize("rotate", [1, 30, 44, 100, 179, 200, 305, 359])
@pytest.mark.parametrize("mirror", ["", "flip", "flop"])
def test_every_angle_looks_as_if_rotated_at_full_size(rotate: int, mirror: str) -> None:
    image = quarters((240, 160))
    image.paste((0, 0, 0), (30, 20, 70, 40))
    options = turning(rotate, mirror)
    expected = reference(image, make_recipe(options))
    result = opened(render(saved(image, "png"), make_recipe({**options, "width": 120}), "png", policy=POLICY))
    assert abs(result.height - expected.height * 120 / expected.width) < 2
    difference = ImageChops.difference(result, expected.resize(result.size, Image.Resampling.LANCZOS))
    # Pillow's canvas is sometimes a pixel larger, which shows at hard edges. One degree off would give 9.
    assert max(ImageStat.Stat(difference).mean) < 5


def test_the_corners_show_the_background() -> None:
    body = saved(Image.new("RGB", (80, 60), RED), "png")
    assert [pixel(decoded(body, rotate=30), x, y) for x, y in ((0, 0), (0.99, 0), (0, 0.99))] == [WHITE] * 3
    assert pixel(decoded(body, rotate=30, bg="102030"), 0, 0) == (0x10, 0x20, 0x30)
    assert pixel(decoded(body, "jpeg", rotate=30), 0, 0) == WHITE
    clear = decoded(body, rotate=30, bg="10203000")
    assert pixel(clear, 0, 0, "RGBA")[3] == 0
    assert pixel(clear, 0.5, 0.5, "RGBA") == (*RED, 255)
    assert near(pixel(decoded(body, rotate=30, bg="10203080"), 0, 0, "RGBA"), (0x10, 0x20, 0x30, 0x80), 1)
    assert variant(body, "basic", rotate=30, bg="10203000").format == "png"


def test_edges_are_antialiased_without_a_fringe() -> None:
    result = decoded(saved(Image.new("RGB", (80, 60), RED), "png"), rotate=20, bg="ff000000").convert("RGBA")
    assert sum(count > 0 for count in result.getchannel("A").histogram()) > 20
    seen = [pixel(result, x / 80, y / 80, "RGBA") for x in range(80) for y in range(80)]
    # Almost transparent pixels are as red as the others, within the precision of few bits.
    assert all(near(colour[:3], RED, 6) for colour in seen if colour[3] > 40)


def test_transparent_parts_stay_transparent() -> None:
    image = Image.new("RGBA", (80, 60))
    image.paste((*RED, 255), (0, 0, 40, 60))
    result = decoded(saved(image, "png"), rotate=10)
    assert near(pixel(result, 0.3, 0.5, "RGBA"), (*RED, 255))
    assert pixel(result, 0.75, 0.5, "RGBA")[3] == 0
    assert pixel(result, 0, 0, "RGBA") == (*WHITE, 255)


def test_grey_and_cmyk_images_keep_their_colours() -> None:
    grey = decoded(saved(Image.new("L", (80, 60), 90), "png"), rotate=30, bg="ff0000")
    assert near(pixel(grey, 0.5, 0.5), (90, 90, 90), 1)
    assert pixel(grey, 0, 0) == (255, 0, 0)
    cmyk = saved(Image.new("CMYK", (80, 60), (0, 200, 200, 0)), "jpeg", quality=95)
    for gravity in ("center", "auto"):
        square = decoded(cmyk, rotate=30, width=40, height=40, gravity=gravity)
        assert near(pixel(square, 0.5, 0.5), pixel(decoded(cmyk), 0.5, 0.5), 3)


@pytest.mark.parametrize("rotate", [0, 30, 90, 135, 180, 250, 270, 300, 359])
@pytest.mark.parametrize("mirror", ["", "flip", "flop"])
def test_a_crop_keeps_the_focal_point(rotate: int, mirror: str) -> None:
    image = Image.new("RGB", (200, 120), GREEN)
    image.paste(BLUE, (140, 20, 180, 60))
    for name in ("png", "jpeg"):
        options: dict[str, object] = {
            "rotate": rotate,
            "width": 20,
            "height": 80,
            "up": True,
            **({mirror: True} if mirror else {}),
        }
        result = opened(render(saved(image, name), make_recipe(options), "png", focal=(800, 333), policy=POLICY))
        assert result.size == (20, 80)
        assert any(near(pixel(result, 0.5, y / 10), BLUE, 12) for y in range(1, 10))


def test_a_large_image_is_reduced_before_it_is_rotated() -> None:
    """What is rotated is hardly larger than the result: here a hundredth of the source."""
    rotation, source = Rotation(30), (8000, 6000)
    layout = lay_out(rotation.size(source), Recipe(300), POLICY)
    size = rotation.input_region(layout, source)[1]
    assert size[0] * size[1] < 1.1 * layout.size[0] * layout.size[1]


@pytest.mark.parametrize("size", [(1, 1), (1, 500), (500, 1), (3, 2)])
@pytest.mark.parametrize("fit", FITS)
def test_images_one_pixel_wide_can_be_rotated(size: tuple[int, int], fit: str) -> None:
    for rotate in (45, 359):
        result = decoded(saved(noise(size), "png"), rotate=rotate, width=9, height=30, fit=fit)
        assert min(result.size) >= 1


def test_rotation_is_clockwise() -> None:
    """A dot east of the centre moves clockwise."""
    dot = Image.new("RGB", (101, 101), WHITE)
    dot.paste(BLUE, (85, 45, 96, 56))  # east of the centre
    for rotate in (30, 60, 120, 240, 330):
        x, y = 0.4 * cos(radians(rotate)), 0.4 * sin(radians(rotate))
        result = decoded(saved(dot, "png"), rotate=rotate)
        scale = 101 / result.width
        assert near(pixel(result, 0.5 + x * scale, 0.5 + y * scale), BLUE, 10)
