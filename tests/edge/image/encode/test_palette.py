"""The palettes of GIFs."""

from __future__ import annotations

import pytest
from PIL import Image, ImageChops

from edge.image.encode.palette import palette_for
from tests.edge.image.encode.timeline import SCENE, animated_variant, at, mean_difference
from tests.edge.image.pictures import (
    BLUE,
    GREEN,
    RED,
    animation,
    decoded,
    near,
    pixel,
    quarters,
    saved,
    stripes,
)


def test_a_frame_of_other_colours_gets_its_own_palette() -> None:
    frames = [SCENE, Image.merge("RGB", SCENE.split()[::-1]), ImageChops.invert(SCENE)]
    result = animated_variant(animation("webp", frames, duration=100, lossless=True), "gif")
    for n, frame in enumerate(frames):
        assert mean_difference(at(result, 100 * n), frame) < 6


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_a_spot_of_a_new_colour_keeps_it(mode: str) -> None:
    grey = SCENE.convert("L")
    frames = [grey.point([value * share // 10 for value in range(256)]).convert("RGB") for share in (10, 9, 10)]
    frames[1].paste(RED, (40, 20, 44, 24))
    frames[2].paste(BLUE, (60, 32, 64, 36))
    if mode == "RGBA":
        for frame in frames:
            frame.putalpha(Image.new("L", frame.size, 255))
            frame.paste((0, 0, 0, 0), (0, 0, 10, 10))
    result = animated_variant(animation("webp", frames, duration=100, lossless=True), "gif")
    assert near(pixel(at(result, 100), 42 / 96, 22 / 64), RED, 12)
    assert near(pixel(at(result, 200), 62 / 96, 34 / 64), BLUE, 12)


def test_a_still_gif_keeps_few_colours_exactly_and_many_closely() -> None:
    drawing = quarters()
    assert mean_difference(decoded(saved(drawing, "png"), "gif"), drawing) == 0
    assert mean_difference(decoded(saved(SCENE, "png"), "gif"), SCENE) < 6
    half = stripes([(*RED, 255), (*GREEN, 127), (0, 0, 0, 255)], (60, 20), "RGBA")
    result = decoded(saved(half, "png"), "gif")
    assert [pixel(result, x, 0.5, "RGBA")[3] for x in (0.1, 0.5, 0.9)] == [255, 0, 255]
    assert pixel(result, 0.9, 0.5) == (0, 0, 0)


def test_a_gifs_pixels_are_opaque_or_transparent() -> None:
    body = saved(stripes([(*RED, 255), (*RED, 160), (*RED, 90), (*RED, 0)], (80, 20), "RGBA"), "png")
    result = decoded(body, "gif")
    assert [pixel(result, x, 0.5, "RGBA")[3] for x in (0.1, 0.4, 0.6, 0.9)] == [255, 255, 0, 0]


def test_unused_entries_of_a_palette_repeat_its_first_colour() -> None:
    """The last entry is transparent: were it black, black pixels could become transparent."""
    image = stripes([(40 + value, 255 - value, 200) for value in range(9)], (90, 10))
    palette = palette_for(image).getpalette() or []
    colours = [tuple(palette[at : at + 3]) for at in range(0, 768, 3)]
    assert len(colours) == 256
    assert set(colours[:9]) == {(40 + value, 255 - value, 200) for value in range(9)}
    assert set(colours[9:]) == {colours[0]}
