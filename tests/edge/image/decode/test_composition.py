"""Frames drawn on what the one before left."""

from __future__ import annotations

import pytest
from PIL import Image

from edge.image.decode.composition import ComposedImage, FramePart
from tests.edge.image.decode.animations import (
    ALL,
    CLEAR,
    GROUND,
    coloured,
    drawn,
)
from tests.edge.image.parts import Frame, apng
from tests.edge.image.pictures import (
    RED,
    decoded,
    near,
    pixel,
)


def test_half_transparent_pixels_over_nothing_stay_half_transparent() -> None:
    half = Image.new("RGBA", (1, 1), (*RED, 128))
    image = decoded(apng((5, 3), [Frame(CLEAR), Frame(half, (2, 1), over=1)]), "webp", quality=100)
    image.seek(1)
    assert near(pixel(image, 0.5, 0.5, "RGBA"), (*RED, 128), 4)


def test_a_frame_is_blended_or_replaces_its_region() -> None:
    half = Image.new("RGBA", (1, 1), (0, 0, 0, 128))
    for over, wanted in ((1, (110, 10, 10, 255)), (0, (0, 0, 0, 128))):
        image = decoded(apng((5, 3), [Frame(GROUND), Frame(half, (2, 1), over=over)]), "webp", quality=100)
        image.seek(1)
        assert near(pixel(image, 0.5, 0.5, "RGBA"), wanted, 4)


def composed(*parts: FramePart) -> ComposedImage:
    return ComposedImage("GIF", (5, 3), parts, parts[0], 0, {"transparency": 1})


def test_frames_can_be_sought_in_any_order() -> None:
    image = composed(part("RRRRR RRRRR RRRRR"), part("G", (2, 1)), part("B", (4, 2)))
    wanted = [*ALL, "RRRRR RRGRR RRRRR", "RRRRR RRGRR RRRRB"]
    for index in (2, 0, 1, 1, 2):
        image.seek(index)
        assert (image.tell(), drawn(image)) == (index, wanted[index])


def test_until_a_frame_is_sought_the_poster_is_shown() -> None:
    parts = [part("G", (2, 1))]
    image = ComposedImage("PNG", (5, 3), parts, part("RRRRR RRRRR RRRRR"), 0, {})
    assert drawn(image) == ALL[0]
    image.seek(0)
    assert drawn(image) == "..... ..G.. ....."


@pytest.mark.parametrize("frame", [-1, 1])
def test_there_is_no_other_frame(frame: int) -> None:
    with pytest.raises(EOFError):
        composed(part("R")).seek(frame)


def test_the_transparent_colour_of_a_palette_is_forgotten() -> None:
    assert "transparency" not in composed(part("R")).info


def part(rows: str, at: tuple[int, int] = (0, 0)) -> FramePart:
    image = coloured(rows)
    return FramePart(lambda: image, (*at, at[0] + image.width, at[1] + image.height))
