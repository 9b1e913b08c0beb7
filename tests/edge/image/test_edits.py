"""Edits before a recipe: an area of the original, a size relative to it, and pixels as they are stored."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from edge.contract.edits import Edits
from edge.contract.errors import BadRequest
from edge.contract.recipe import make_recipe
from edge.image import render
from tests.edge.image.pictures import BLUE, GREEN, POLICY, RED, WHITE, animation, near, noise, pixel, quarters, saved
from tests.edge.image.test_plan import STORED, oriented

SIZE = (80, 60)
OUTSIDE = [(-1, 0, 9, 9), (0, -1, 9, 9), (0, 0, 81, 9), (79, 0, 2, 9), (0, 59, 9, 2), (0, 0, 0, 9)]


def edited(body: bytes, format_class: str = "png", *, focal: Any = None, **fields: Any) -> Image.Image:
    edits = Edits(make_recipe(fields.pop("recipe", {})), **fields)
    return Image.open(BytesIO(render(body, edits, format_class, focal=focal, policy=POLICY).body))


def test_an_area_is_cut_out_before_the_image_is_resized() -> None:
    image = edited(saved(quarters(SIZE), "png"), recipe={"width": 20}, area=(40, 30, 40, 30))
    assert image.size == (20, 15)
    assert all(near(pixel(image, x, y), WHITE) for x in (0.1, 0.9) for y in (0.1, 0.9))


@pytest.mark.parametrize("area", OUTSIDE)
def test_an_area_that_is_not_within_the_image_is_refused(area: Any) -> None:
    with pytest.raises(BadRequest, match=r"not within the image of 80x60") as raised:
        edited(saved(quarters(SIZE), "png"), area=area)
    assert raised.value.code == "area_out_of_bounds"


def test_a_ratio_gives_the_size_relative_to_the_image_or_its_area() -> None:
    body = saved(noise(SIZE), "png")
    assert edited(body, ratio=0.5).size == (40, 30)
    assert edited(body, ratio=2.0).size == (160, 120)
    assert edited(body, ratio=0.001).size == (1, 1)
    assert edited(body, ratio=0.5, area=(0, 0, 20, 40)).size == (10, 20)
    assert edited(body, ratio=0.5, recipe={"rotate": 90}).size == (30, 40)


@pytest.mark.parametrize("orientation", STORED)
@pytest.mark.parametrize("name", ["jpeg", "png", "webp"])
def test_pixels_as_stored_keep_the_tag_that_turns_them_upright(name: str, orientation: int) -> None:
    body = oriented(orientation, name)
    stored = Image.open(BytesIO(body))
    image = edited(body, name, recipe={"width": 40}, upright=False)
    assert image.size == (40, round(40 * stored.height / stored.width))
    assert image.getexif().get(274, 1) == orientation
    places = [(x, y) for x in (0.25, 0.75) for y in (0.25, 0.75)]
    assert all(near(pixel(image, *place), pixel(stored, *place), 24) for place in places)


def test_upright_pixels_have_no_tag_and_an_area_is_one_of_the_upright_image() -> None:
    body = oriented(6, "jpeg")
    assert edited(body, "jpeg").getexif().get(274) is None
    upright = edited(body, area=(40, 0, 40, 30))
    stored = edited(body, area=(0, 0, 30, 40), upright=False)
    assert (upright.size, stored.size) == ((40, 30), (30, 40))
    assert near(pixel(upright, 0.5, 0.5), GREEN, 24)
    assert near(pixel(stored, 0.5, 0.5), GREEN, 24)


@pytest.mark.parametrize("orientation", STORED)
def test_a_focal_point_is_found_in_pixels_as_stored(orientation: int) -> None:
    body = oriented(orientation, "png", (80, 80))
    image = edited(body, recipe={"width": 20, "height": 10, "fit": "cover"}, upright=False, focal=(1000, 0))
    assert any(near(pixel(image, x, y), GREEN, 24) for x in (0.1, 0.9) for y in (0.1, 0.9))


def test_a_still_of_an_animation_is_its_first_frame() -> None:
    frames = [Image.new("RGB", (40, 30), colour) for colour in (RED, BLUE)]
    body = animation("gif", frames, duration=100)
    assert getattr(edited(body, "webp"), "n_frames", 1) == 2
    still = edited(body, "webp", moving=False)
    assert getattr(still, "n_frames", 1) == 1
    assert near(pixel(still, 0.5, 0.5), RED, 24)
