"""What has to be drawn so that a viewer sees the next frame."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PIL import Image

from edge.image.encode.frame_diff import FrameDiff, FrameDiffer
from tests.edge.image.pictures import RED, WHITE, noise

SIZE = (64, 48)


@pytest.fixture
def differ() -> FrameDiffer:
    differ = FrameDiffer(tolerance=0, block=1)
    assert differ.diff(Image.new("RGB", SIZE, WHITE))
    return differ


def with_spot(box: tuple[int, int, int, int], colour: tuple[int, ...] = RED) -> Image.Image:
    image = Image.new("RGB", SIZE, WHITE)
    image.paste(colour, box)
    return image


def drawn(diffs: list[FrameDiff | None]) -> Image.Image:
    """What a viewer sees after ``diffs``."""
    canvas = Image.new("RGBA", SIZE)
    for diff in filter(None, diffs):
        if diff.blend:
            canvas.alpha_composite(diff.pixels.convert("RGBA"), diff.region[:2])
        else:
            canvas.paste(diff.pixels, diff.region)
    return canvas


def test_the_first_frame_is_drawn_whole() -> None:
    diff = FrameDiffer(tolerance=10, block=8).diff(Image.new("RGB", SIZE, WHITE))
    assert diff is not None
    assert (diff.region, diff.pixels.mode, diff.blend) == ((0, 0, *SIZE), "RGB", True)


def test_an_equal_frame_draws_nothing(differ: FrameDiffer) -> None:
    assert differ.diff(Image.new("RGB", SIZE, WHITE)) is None


def test_only_the_changed_region_is_drawn(differ: FrameDiffer) -> None:
    diff = differ.diff(with_spot((10, 20, 14, 26)))
    assert diff is not None
    assert (diff.region, diff.pixels.size) == ((10, 20, 14, 26), (4, 6))


def test_whole_blocks_are_drawn() -> None:
    differ = FrameDiffer(tolerance=0, block=8)
    differ.diff(Image.new("RGB", SIZE, WHITE))
    diff = differ.diff(with_spot((10, 20, 11, 21)))
    assert diff is not None
    assert diff.region == (8, 16, 16, 24)


def test_small_changes_are_drawn_once_they_add_up() -> None:
    differ = FrameDiffer(tolerance=5, block=1)
    frames = [Image.new("RGB", SIZE, (100 + step,) * 3) for step in range(14)]
    found = [differ.diff(frame) is not None for frame in frames]
    assert [index for index, changed in enumerate(found) if changed] == [0, 6, 12]


def test_a_pixel_that_turns_transparent_is_replaced(differ: FrameDiffer) -> None:
    frame = Image.new("RGBA", SIZE, (*WHITE, 255))
    frame.paste((0, 0, 0, 0), (4, 4, 8, 8))
    diff = differ.diff(frame)
    assert diff is not None
    assert (diff.blend, diff.region) == (False, (4, 4, 8, 8))


@pytest.mark.parametrize(
    "make", [lambda seed: noise(SIZE, "RGB", seed), lambda seed: noise(SIZE, "RGBA", seed)], ids=["RGB", "RGBA"]
)
def test_the_diffs_together_show_the_last_frame(make: Callable[[int], Image.Image]) -> None:
    differ = FrameDiffer(tolerance=0, block=1)
    frames = [make(seed) for seed in range(3)]
    assert drawn([differ.diff(frame) for frame in frames]).tobytes() == frames[-1].convert("RGBA").tobytes()
