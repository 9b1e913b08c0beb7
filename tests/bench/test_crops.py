"""Which faces a crop keeps."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from edge.contract.values import Face
from edge.image.geometry import Box
from tests.bench.crops import measured, ours, share_inside, sharps_box
from tests.bench.portraits import Portrait


def portrait(*faces: Face) -> Portrait:
    output = BytesIO()
    Image.new("RGB", (1000, 500), "gray").save(output, "JPEG")
    return Portrait("a.jpg", "one", "MIT", output.getvalue(), faces)


@pytest.mark.parametrize(
    ("box", "share"),
    [((0, 0, 1000, 500), 1), ((0, 0, 150, 500), 0.5), ((100, 50, 150, 75), 0.25), ((500, 0, 900, 9), 0)],
)
def test_how_much_of_a_face_is_inside(box: Box, share: float) -> None:
    assert share_inside(box, (100, 100, 100, 100), (1000, 500)) == pytest.approx(share)


def test_our_crop_is_where_the_face_is() -> None:
    face = (800, 0, 100, 200)
    assert ours("center")(portrait(face), (400, 400)) == (250, 0, 750, 500)
    assert ours("faces", {"a.jpg": [face]})(portrait(face), (400, 400)) == (500, 0, 1000, 500)


def test_sharps_offset_is_one_of_the_resized_image() -> None:
    assert sharps_box({"left": -100, "top": 0}, (400, 400), (1000, 500)) == (125, 0, 625, 500)


def test_all_faces_and_the_largest_are_counted_by_shape() -> None:
    photograph = portrait((450, 400, 100, 200), (0, 0, 50, 100))
    name, every, largest, *by_shape = measured("centre", ours("center"), [photograph]).cells()
    assert (name, every, largest) == ("centre", "0.0%", "100.0%")
    assert by_shape == ["0.0%"] * 5
