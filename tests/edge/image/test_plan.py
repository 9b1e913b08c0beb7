"""Which part of the original a recipe shows: orientation, focal point, gravity, trimming."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageDraw

from edge.contract.recipe import make_recipe
from edge.contract.values import COMPASS
from edge.image.decode.opening import open_source
from edge.image.plan import plan_of
from tests.edge.image.pictures import (
    BLUE,
    GREEN,
    POLICY,
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


@pytest.mark.parametrize("up", [False, True])
@pytest.mark.parametrize(("focal", "left"), [((500, 500), 26), ((317, 0), 7), ((0, 500), 0), ((999, 1000), 51)])
def test_a_crop_at_full_size_copies_pixels(focal: tuple[int, int], left: int, up: bool) -> None:
    image = noise((101, 50))
    result = decoded(saved(image, "png"), focal=focal, width=50, height=50, up=up)
    assert result.tobytes() == image.crop((left, 0, left + 50, 50)).tobytes()


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


@cache
def disc(size: tuple[int, int], focal: tuple[int, int]) -> Image.Image:
    """A white disc on black, its centre exactly at a point per mille."""
    across, down, fine = size[0] * focal[0] / 1000, size[1] * focal[1] / 1000, 16
    radius, image = min(size) * 0.12, Image.new("L", (size[0] * fine, size[1] * fine))
    corners = across - radius, down - radius, across + radius - 1 / fine, down + radius - 1 / fine
    ImageDraw.Draw(image).ellipse([corner * fine for corner in corners], fill=255)
    return image.reduce(fine)


def centre_of_mass(image: Image.Image) -> tuple[float, float]:
    def along(size: tuple[int, int]) -> float:
        weights = memoryview(image.convert("F").resize(size, Image.Resampling.BOX).tobytes()).cast("f")
        return sum((at + 0.5) * weight for at, weight in enumerate(weights)) / sum(weights)

    return along((image.width, 1)), along((1, image.height))


def centred(side: int, length: float, at: float) -> float:
    """Where the point ``at`` of a ``side`` lies in the part that is ``length`` long and centred at it, 0 to 1."""
    start = min(max(at - length / 2, 0), side - length)
    return (at - start) / length


CROPS: list[tuple[tuple[int, int], dict[str, Any]]] = [
    ((99, 99), {"width": 600, "height": 400, "up": True}),
    ((101, 67), {"width": 101, "height": 101, "up": True}),
    ((1001, 999), {"width": 60, "height": 35}),
    ((603, 401), {"width": 280, "height": 300}),
]


@pytest.mark.parametrize("orientation", STORED)
@pytest.mark.parametrize("focal", [(500, 500), (310, 420), (557, 668)])
@pytest.mark.parametrize(("size", "options"), CROPS, ids=str)
def test_a_crop_is_centred_exactly_at_every_scale_but_1(
    size: tuple[int, int], options: dict[str, Any], focal: tuple[int, int], orientation: int
) -> None:
    upright, exif, transpose = disc(size, focal), Image.Exif(), STORED[orientation]
    exif[274] = orientation
    body = saved(upright if transpose is None else upright.transpose(transpose), "png", exif=exif)
    wanted = options["width"], options["height"]
    scale = max(wanted[0] / size[0], wanted[1] / size[1])
    expected = [wanted[i] * centred(size[i], wanted[i] / scale, size[i] * focal[i] / 1000) for i in (0, 1)]
    assert centre_of_mass(decoded(body, focal=focal, **options)) == pytest.approx(expected, abs=0.3)


@pytest.mark.parametrize(
    "turn", [{"rotate": 90}, {"rotate": 180, "flop": True}, {"rotate": 270, "flip": True}], ids=str
)
@pytest.mark.parametrize(("size", "options"), CROPS, ids=str)
def test_a_turned_disc_stays_in_the_middle(
    size: tuple[int, int], options: dict[str, Any], turn: dict[str, Any]
) -> None:
    result = decoded(saved(disc(size, (500, 500)), "png"), **options, **turn)
    assert centre_of_mass(result) == pytest.approx((result.width / 2, result.height / 2), abs=0.3)


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


@pytest.mark.parametrize(
    ("recipe", "is_scaled"),
    [({}, False), ({"width": 40}, True), ({"width": 160, "up": True}, True), ({"width": 40, "height": 60}, False)],
    ids=str,
)
def test_a_plan_knows_whether_pixels_are_mixed(recipe: dict[str, Any], is_scaled: bool) -> None:
    with open_source(PNG, POLICY) as file:
        plan = plan_of(file, make_recipe(recipe), None, POLICY, animated=False)
    assert plan.is_scaled == is_scaled
