"""The bytes of GIFs: timing, repetition, disposal."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image, ImageSequence

from edge.image.encode.gif import GifWriter, encode_still
from tests.edge.image.pictures import BLUE, GREEN, RED, near, pixel

SIZE = (20, 10)


def written(frames: list[tuple[Image.Image, float]], plays: int = 0) -> Image.Image:
    writer = GifWriter(SIZE, plays, quality=75)
    for frame, ms in frames:
        writer.add(frame, ms)
    return Image.open(BytesIO(writer.finish()))


def plain(colour: tuple[int, ...]) -> Image.Image:
    return Image.new("RGB", SIZE, colour)


@pytest.mark.parametrize(("plays", "loop"), [(0, 0), (1, None), (2, 1), (7, 6), (100_000, 65_535)])
def test_the_loop_extension_counts_repeats(plays: int, loop: int | None) -> None:
    """Without the extension a GIF plays once."""
    assert written([(plain(RED), 100), (plain(BLUE), 100)], plays).info.get("loop") == loop


def test_durations_are_rounded_to_hundredths_without_drifting() -> None:
    colours = [(10 * step, 0, 255 - 10 * step) for step in range(24)]
    image = written([(plain(colour), 33.3) for colour in colours])
    durations = [frame.info["duration"] for frame in ImageSequence.Iterator(image)]
    assert set(durations) == {30, 40}
    assert abs(sum(durations) - 24 * 33.3) <= 10


def test_a_frame_that_is_too_short_is_skipped_but_the_last_one_is_shown() -> None:
    image = written([(plain(RED), 100), (plain(GREEN), 5), (plain(BLUE), 5)])
    frames = [frame.convert("RGB") for frame in ImageSequence.Iterator(image)]
    assert near(pixel(frames[-1], 0.5, 0.5), BLUE, 8)


def test_the_longest_duration_is_limited() -> None:
    image = written([(plain(RED), 1e7), (plain(BLUE), 100)])
    assert image.info["duration"] == 655_350


def test_a_frame_before_transparency_is_cleared() -> None:
    """Disposal 2 restores the whole region to transparent."""
    half = plain(RED).convert("RGBA")
    half.paste((0, 0, 0, 0), (0, 0, 10, 10))
    image = written([(plain(RED), 100), (half, 100)])
    assert image.disposal_method == 2  # type: ignore[attr-defined]
    image.seek(1)
    assert [image.convert("RGBA").getpixel((x, 5))[3] for x in (2, 15)] == [0, 255]  # type: ignore[index]


def test_a_still_gif_has_one_frame_and_no_loop() -> None:
    image = Image.open(BytesIO(encode_still(plain(RED), 75)))
    assert getattr(image, "n_frames", 1) == 1
    assert "loop" not in image.info
