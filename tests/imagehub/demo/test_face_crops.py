"""Crops around faces in the gallery, and the sentences in their place."""

from __future__ import annotations

from typing import Any

import pytest

from assets.models import Collection
from imagehub.demo.face_crops import Box, face_boxes, face_shapes, why_none
from tests.imagehub.demo.images import make_asset

FACE = [350, 120, 180, 220]


@pytest.fixture(autouse=True)
def _settings(settings: Any) -> None:
    settings.IMAGEHUB = {**settings.IMAGEHUB, "CDN_URL": "https://cdn.test", "ANALYSER": "faces"}


def test_two_shapes_are_cropped_around_faces_and_without_them() -> None:
    tall, wide = face_shapes(make_asset(faces=[FACE], focal_x=500, focal_y=400))
    assert (tall.width < tall.height, wide.width > wide.height) == (True, True)
    sources = {name: crop.source for name, crop in wide.crops.items()}
    assert '600 height=200 gravity="center" %}' in sources["Centre"]
    assert "600 height=200 %}" in sources["Focal point"]
    assert '600 height=200 gravity="faces" %}' in sources["All faces"]
    assert '600 height=200 gravity="face" pad=40 %}' in sources["Largest face, closer"]


def test_without_a_focal_point_its_crop_would_be_that_of_the_centre() -> None:
    assert [list(shape.crops) for shape in face_shapes(make_asset(faces=[FACE]))] == [
        ["Centre", "All faces", "Largest face, closer"]
    ] * 2


@pytest.mark.parametrize("faces", [None, []])
def test_without_faces_there_are_no_crops_around_them(faces: list[list[int]] | None) -> None:
    assert face_shapes(make_asset(faces=faces)) == []
    assert face_boxes(make_asset(faces=faces), 800, 600) == []


def test_boxes_are_in_pixels_of_the_picture_that_is_shown() -> None:
    assert face_boxes(make_asset(faces=[FACE]), 800, 500) == [Box(280, 60, 144, 110)]


def test_the_page_says_why_no_face_is_known(settings: Any) -> None:
    looked_at = Collection(name="Team", analysed=True)
    assert why_none(make_asset(faces=[FACE])) == ""
    assert why_none(make_asset(faces=[])).startswith("No face was found in this image")
    assert why_none(make_asset(collection=looked_at)).startswith("This image has not been looked at yet")
    assert why_none(make_asset(collection=Collection(name="Private"))) == (
        "The images of the collection Private are not looked at."
    )
    settings.IMAGEHUB = {**settings.IMAGEHUB, "ANALYSER": ""}
    assert why_none(make_asset(collection=looked_at)) == (
        'Faces are not looked for here. Install the extra with pip install "imagehub[faces]", and set '
        "IMAGEHUB_ANALYSER=faces."
    )
