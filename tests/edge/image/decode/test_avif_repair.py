"""AVIF files that browsers show and libavif refuses."""

from __future__ import annotations

import pytest
from PIL import Image

from edge.image import verify
from edge.image.decode import isobmff
from edge.image.decode.avif_repair import repaired
from tests.edge.image.decode.avif_files import box, stored, with_associations
from tests.edge.image.pictures import POLICY, decoded, near, pixel, saved

#: Two items with four properties each; the alpha goes from 0 at the top to 255.
PICTURE = Image.new("RGB", (64, 64), (200, 40, 60))
PICTURE.putalpha(Image.linear_gradient("L").resize((64, 64)))
BODY = saved(PICTURE, "avif")
FIRST, SECOND = bytes.fromhex("0001 04 01028304"), bytes.fromhex("0002 04 01058607")
#: The same with two bytes for each property.
SECOND_WIDE = bytes.fromhex("0002 04 0001 0005 8006 0007")


def listed(*entries: bytes, flags: int = 0) -> bytes:
    return bytes([0, 0, 0, flags]) + len(entries).to_bytes(4) + b"".join(entries)


ASSOCIATIONS = {
    "one box": [listed(FIRST, SECOND)],
    "a box for each item": [listed(FIRST), listed(SECOND)],
    "in the other order": [listed(SECOND), listed(FIRST)],
    "one box, out of order": [listed(SECOND, FIRST)],
    "three boxes, one of them empty": [listed(), listed(FIRST), listed(SECOND)],
    "boxes of two kinds": [listed(FIRST), listed(SECOND_WIDE, flags=1)],
    "an item in two boxes": [listed(FIRST[:2] + b"\2\1\2", SECOND), listed(FIRST[:2] + b"\2\x83\4")],
}


@pytest.mark.parametrize("name", ASSOCIATIONS)
def test_associations_may_be_in_several_boxes(name: str) -> None:
    body = with_associations(BODY, *ASSOCIATIONS[name])
    assert verify(body, POLICY).width == 64
    image = decoded(body, "png")
    for at in (0.1, 0.5, 0.9):
        assert near(pixel(image, 0.5, at, "RGBA")[3:], (round(255 * at),), 8)
    assert near(pixel(image, 0.5, 0.9), (200, 40, 60))


def test_a_sound_file_is_not_changed() -> None:
    for body in (BODY, stored("8-420")):
        assert repaired(body, isobmff.walk(body)) == body


@pytest.mark.parametrize("end", range(9))
def test_associations_that_are_cut_off_are_left_as_they_are(end: int) -> None:
    content = listed(FIRST, SECOND)[:end]
    body = with_associations(BODY, content, content)
    assert len(repaired(body, isobmff.walk(body))) == len(body)
    assert box(b"ipma", content) in body
