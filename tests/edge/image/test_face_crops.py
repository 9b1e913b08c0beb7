"""Crops around faces: red, green and blue squares on grey stand for them."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from PIL import Image, ImageChops

from edge.contract.values import Face
from tests.edge.image.pictures import BLUE, GREEN, RED, animation, decoded, near, pixel, saved, variant
from tests.edge.image.test_plan import STORED

GREY = (128, 128, 128)
#: In an image of 400 × 200: the largest first, as `OriginalFacts` has them.
FACES: list[Face] = [(700, 100, 200, 400), (100, 200, 100, 200), (300, 600, 50, 100)]
COLOURS = (RED, GREEN, BLUE)


def crowd(orientation: int = 1, name: str = "png") -> bytes:
    image = Image.new("RGB", (400, 200), GREY)
    for (left, top, width, height), colour in zip(FACES, COLOURS, strict=True):
        image.paste(colour, (left * 2 // 5, top // 5, (left + width) * 2 // 5, (top + height) // 5))
    transpose = STORED[orientation]
    exif = Image.Exif()
    exif[274] = orientation
    return saved(image if transpose is None else image.transpose(transpose), name, exif=exif)


def area(image: Image.Image, colour: tuple[int, int, int]) -> float:
    """The share of an image that has this colour."""
    difference = ImageChops.difference(image.convert("RGB"), Image.new("RGB", image.size, colour))
    near_it = difference.convert("L").point([255 if value < 24 else 0 for value in range(256)])
    return near_it.histogram()[255] / (image.width * image.height)


@pytest.mark.parametrize("orientation", STORED)
@pytest.mark.parametrize(("face", "colour"), [(1, RED), (2, GREEN), (3, BLUE), (9, BLUE)])
def test_a_face_is_the_middle_of_the_crop(orientation: int, face: int, colour: tuple[int, int, int]) -> None:
    result = decoded(crowd(orientation), faces=FACES, width=80, height=200, gravity="face", face=face)
    assert result.size == (80, 200)
    middle = {RED: 0.3, GREEN: 0.3, BLUE: 0.65}[colour]
    assert near(pixel(result, 0.5, middle), colour)
    assert area(result, colour) == pytest.approx({RED: 0.4, GREEN: 0.1, BLUE: 0.025}[colour], abs=0.02)


@pytest.mark.parametrize("width", [160, 240, 320])
def test_faces_keeps_the_most_face_area_whole(width: int) -> None:
    result = decoded(crowd(), faces=FACES, width=width, height=200, gravity="faces")
    whole = {160: (RED,), 240: (RED,), 320: (RED, GREEN, BLUE)}[width]
    full = {RED: 6400, GREEN: 1600, BLUE: 400}
    for colour in whole:
        assert area(result, colour) * width * 200 == pytest.approx(full[colour], rel=0.05)


@pytest.mark.parametrize(("pad", "side", "share"), [(0, 40, 1.0), (50, 40, 0.25), (0, 80, 1.0), (500, 40, 0.16)])
def test_pad_zooms_in_on_the_face_with_a_margin(pad: int, side: int, share: float) -> None:
    """The face has 80 × 80 pixels: a margin of half a face on each side makes it a quarter of the crop."""
    result = decoded(crowd(), faces=FACES, width=side, height=side, gravity="face", pad=pad)
    assert result.size == (side, side)
    assert area(result, RED) == pytest.approx(share, abs=0.05)


def test_pad_never_enlarges_pixels_unless_up_says_so() -> None:
    options: dict[str, Any] = {"faces": FACES, "width": 100, "height": 100, "gravity": "face", "face": 2, "pad": 0}
    result = decoded(crowd(), **options)
    assert result.size == (100, 100)
    assert area(result, GREEN) == pytest.approx(0.16, abs=0.01)  # 40 × 40 of 100 × 100 pixels
    enlarged = decoded(crowd(), **options, up=True)
    assert enlarged.size == (100, 100)
    assert area(enlarged, GREEN) > 0.95


def test_a_crop_larger_than_the_image_is_the_largest_of_its_shape() -> None:
    result = decoded(crowd(), faces=FACES, width=400, height=400, gravity="face", pad=0)
    assert result.size == (200, 200)
    assert area(result, RED) == pytest.approx(0.16, abs=0.01)


def test_faces_with_pad_holds_all_of_them() -> None:
    result = decoded(crowd(), faces=FACES, width=100, height=40, gravity="faces", pad=0)
    assert result.size == (100, 40)
    areas = [area(result, colour) for colour in COLOURS]
    assert areas == pytest.approx([0.148, 0.037, 0.009], abs=0.02)
    assert min(areas) > 0


def test_without_faces_the_focal_point_counts_and_then_attention() -> None:
    body = crowd()
    for gravity in ("face", "faces"):
        options: dict[str, Any] = {"width": 80, "height": 200, "gravity": gravity, "pad": 20}
        focal = decoded(body, focal=(150, 300), **options)
        assert focal.tobytes() == decoded(body, focal=(150, 300), width=80, height=200).tobytes()
        assert decoded(body, **options).tobytes() == decoded(body, width=80, height=200, gravity="auto").tobytes()


@pytest.mark.parametrize(
    ("options", "x"),
    [({"flop": True}, 0.2), ({"rotate": 180}, 0.2), ({"flip": True}, 0.8)],
)
def test_faces_follow_the_orientation_of_the_recipe(options: dict[str, Any], x: float) -> None:
    upright = decoded(crowd(), **options)
    y = 0.7 if "flop" not in options else 0.3
    assert near(pixel(upright, x, y), RED)
    result = decoded(crowd(), faces=FACES, width=80, height=200, gravity="face", **options)
    assert area(result, RED) == pytest.approx(0.4, abs=0.02)


@pytest.mark.parametrize("degrees", [12, -30, 45, 100])
def test_faces_follow_a_rotation(degrees: int) -> None:
    result = decoded(crowd(), faces=FACES, width=60, height=60, gravity="face", pad=30, rotate=degrees)
    assert near(pixel(result, 0.5, 0.5), RED)
    assert area(result, RED) > 0.18  # the margin goes around the box that holds the rotated face


def test_faces_follow_trimming() -> None:
    image = Image.new("RGB", (600, 300), (255, 255, 255))
    with Image.open(BytesIO(crowd())) as inner:
        image.paste(inner, (150, 50))
    moved: list[Face] = [
        (round((150 + 0.4 * left) / 0.6), round((50 + 0.2 * top) / 0.3), round(width * 2 / 3), round(height * 2 / 3))
        for left, top, width, height in FACES
    ]
    result = decoded(saved(image, "png"), faces=moved, width=80, height=200, gravity="face", trim=5)
    assert result.size == (80, 200)
    assert near(pixel(result, 0.5, 0.3), RED)


def test_a_face_that_was_trimmed_away_counts_no_more() -> None:
    image = Image.new("RGB", (600, 200), (255, 255, 255))
    image.paste(RED, (300, 0, 400, 200))
    away: list[Face] = [(0, 0, 100, 100)]
    assert decoded(saved(image, "png"), faces=away, width=50, height=50, gravity="face", trim=5).size == (50, 50)


@pytest.mark.parametrize("name", ["gif", "webp"])
def test_an_animation_is_cropped_around_the_faces_in_each_frame(name: str) -> None:
    frames = [Image.open(BytesIO(crowd())).convert("RGB") for _ in range(2)]
    frames[1].paste((0, 0, 0), (0, 190, 400, 200))
    body = animation(name, frames, duration=50, **({"lossless": True} if name == "webp" else {}))
    rendered = variant(body, "gif", faces=FACES, width=80, height=200, gravity="face")
    with Image.open(BytesIO(rendered.body)) as result:
        for index in range(2):
            result.seek(index)
            assert area(result.convert("RGB"), RED) == pytest.approx(0.4, abs=0.03)
