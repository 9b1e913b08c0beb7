"""Animations that we write: what they show at each moment, and how little they hold for it."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageStat

from edge.image.decode import gif
from tests.edge.image.parts import Frame, apng
from tests.edge.image.pictures import (
    BLUE,
    GREEN,
    RED,
    WHITE,
    animation,
    corners,
    decoded,
    near,
    noise,
    opened,
    pixel,
    quarters,
    saved,
    stripes,
    variant,
)

WRITTEN = ["webp", "gif"]


def timeline(image: Image.Image) -> list[tuple[float, Image.Image]]:
    """When each frame begins, in ms, and what it shows."""
    found, clock = [], 0.0
    for index in range(getattr(image, "n_frames", 1)):
        image.seek(index)
        image.load()
        found.append((clock, image.convert("RGBA")))
        clock += image.info["duration"]
    return found


def at(image: Image.Image, ms: float) -> Image.Image:
    """What is seen at a moment."""
    return [frame for start, frame in timeline(image) if start <= ms][-1]


def as_browsers(body: bytes) -> Image.Image:
    """A GIF's frames as browsers compose them, where Pillow does something else."""
    return gif.opened(body, 1000)


def shown(body: bytes, format_class: str, **options: Any) -> Image.Image:
    rendered = variant(body, format_class, **options)
    return as_browsers(rendered.body) if rendered.format == "gif" else opened(rendered)


def off(one: Image.Image, other: Image.Image) -> float:
    """How far two pictures are apart, on average."""
    return max(ImageStat.Stat(ImageChops.difference(one.convert("RGB"), other.convert("RGB"))).mean)


#: Soft colours, such as photographs have.
SCENE = Image.blend(
    Image.new("RGB", (96, 64), (120, 110, 100)), noise((6, 4), seed=5).resize((96, 64), Image.Resampling.BICUBIC), 0.5
)


@pytest.mark.parametrize("format_class", WRITTEN)
def test_a_change_too_slow_to_be_seen_from_frame_to_frame_is_not_lost(format_class: str) -> None:
    frames = [Image.blend(Image.new("RGB", SCENE.size), SCENE, n / 60) for n in range(61)]
    result = shown(animation("webp", frames, duration=20, lossless=True), format_class)
    for n in (0, 15, 30, 45, 60):
        assert off(at(result, 20 * n), frames[n]) < 4, n


@pytest.mark.parametrize("format_class", WRITTEN)
def test_a_small_change_costs_few_bytes(format_class: str) -> None:
    frames = [SCENE.resize((240, 160)) for _ in range(20)]
    for n, frame in enumerate(frames):
        frame.paste(RED, (10 * n, 16, 10 * n + 12, 28))
    body = animation("png", frames, duration=50)
    alone = len(variant(saved(frames[0], "png"), format_class).body)
    rendered = variant(body, format_class)
    assert len(rendered.body) < 5 * alone
    result = shown(body, format_class)
    for n in (0, 7, 19):
        assert near(pixel(at(result, 50 * n), (10 * n + 6) / 240, 22 / 160), RED, 25)
        assert off(at(result, 50 * n), frames[n]) < 5


@pytest.mark.parametrize("format_class", WRITTEN)
def test_what_vanishes_is_gone(format_class: str) -> None:
    clear: tuple[int, ...] = (0, 0, 0, 0)
    rows: list[list[tuple[int, ...]]] = [
        [(*RED, 255), clear, clear],
        [(*RED, 255), (*GREEN, 255), clear],
        [clear, (*GREEN, 255), clear],
    ]
    frames = [stripes(row, (60, 20), "RGBA") for row in rows]
    result = shown(apng((60, 20), [Frame(frame) for frame in frames]), format_class)
    assert [[pixel(frame, x, 0.5, "RGBA")[3] for x in (0.1, 0.5, 0.9)] for _, frame in timeline(result)] == [
        [255, 0, 0],
        [255, 255, 0],
        [0, 255, 0],
    ]
    assert near(pixel(at(result, 250), 0.5, 0.5), GREEN, 12)


def test_half_transparent_frames_take_each_others_place() -> None:
    frames = [Image.new("RGBA", (40, 40), (*colour, alpha)) for colour, alpha in ((RED, 200), (GREEN, 100), (BLUE, 60))]
    result = shown(apng((40, 40), [Frame(frame) for frame in frames]), "webp", quality=95)
    for (_, frame), wanted in zip(timeline(result), frames, strict=True):
        assert near(pixel(frame, 0.5, 0.5, "RGBA"), pixel(wanted, 0.5, 0.5, "RGBA"), 8)


@pytest.mark.parametrize("format_class", WRITTEN)
def test_frames_that_are_alike_are_one_that_stands_longer(format_class: str) -> None:
    frames = [Image.new("RGB", (20, 20), colour) for colour in (RED, RED, GREEN, GREEN, GREEN)]
    parts = [Frame(frame, ms=70) for frame in frames]
    assert [start for start, _ in timeline(shown(apng((20, 20), parts), format_class))] == [0, 140]


def test_sixty_frames_a_second_play_at_their_speed() -> None:
    parts = [Frame(Image.new("RGB", (20, 20), (4 * n, 0, 255 - 4 * n)), ms=1) for n in range(60)]
    body = apng((20, 20), parts, whole=60)
    as_webp, as_gif = timeline(shown(body, "webp")), timeline(shown(body, "gif"))
    assert [start for start, _ in as_webp][:4] == [0, 17, 33, 50]
    starts = [start for start, _ in as_gif]
    assert min(b - a for a, b in pairwise(starts)) >= 20
    assert 960 <= starts[-1] <= 1000
    assert near(pixel(as_gif[-1][1], 0.5, 0.5), (236, 0, 19), 12)


def test_a_drawing_stays_as_sharp_as_it_was_and_gets_no_bigger() -> None:
    drawing = Image.new("P", (200, 100))
    drawing.putpalette([band for colour in (WHITE, RED, BLUE) for band in colour])
    frames = []
    for n in range(8):
        frame = drawing.copy()
        frame.paste(1, (10 + 20 * n, 30, 20 + 20 * n, 40))
        for y in range(50, 90, 3):
            frame.paste(2, (10, y, 190, y + 1))
        frames.append(frame)
    body = animation("gif", frames, duration=100)
    rendered = variant(body, "webp")
    assert len(rendered.body) < len(body)
    assert off(at(opened(rendered), 700), frames[7]) == 0


@pytest.mark.parametrize("format_class", WRITTEN)
def test_black_is_not_taken_for_nothing(format_class: str) -> None:
    frames = [Image.new("RGB", (20, 20), colour) for colour in (RED, (0, 0, 0), WHITE)]
    result = shown(apng((20, 20), [Frame(frame) for frame in frames]), format_class)
    assert [pixel(frame, 0.5, 0.5, "RGBA") for _, frame in timeline(result)][1] == (0, 0, 0, 255)


def test_a_frame_of_other_colours_has_a_palette_of_its_own() -> None:
    frames = [SCENE, Image.merge("RGB", SCENE.split()[::-1]), ImageChops.invert(SCENE)]
    result = shown(animation("webp", frames, duration=100, lossless=True), "gif")
    for n, frame in enumerate(frames):
        assert off(at(result, 100 * n), frame) < 6


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_a_spot_of_another_colour_keeps_it_in_a_frame_that_has_all_others(mode: str) -> None:
    grey = SCENE.convert("L")
    frames = [grey.point([value * share // 10 for value in range(256)]).convert("RGB") for share in (10, 9, 10)]
    frames[1].paste(RED, (40, 20, 44, 24))
    frames[2].paste(BLUE, (60, 32, 64, 36))
    if mode == "RGBA":
        for frame in frames:
            frame.putalpha(Image.new("L", frame.size, 255))
            frame.paste((0, 0, 0, 0), (0, 0, 10, 10))
    result = shown(animation("webp", frames, duration=100, lossless=True), "gif")
    assert near(pixel(at(result, 100), 42 / 96, 22 / 64), RED, 12)
    assert near(pixel(at(result, 200), 62 / 96, 34 / 64), BLUE, 12)


def test_a_gif_that_stands_keeps_few_colours_as_they_are_and_many_as_well_as_it_can() -> None:
    drawing = quarters()
    assert off(decoded(saved(drawing, "png"), "gif"), drawing) == 0
    assert off(decoded(saved(SCENE, "png"), "gif"), SCENE) < 6
    half = stripes([(*RED, 255), (*GREEN, 127), (0, 0, 0, 255)], (60, 20), "RGBA")
    result = decoded(saved(half, "png"), "gif")
    assert [pixel(result, x, 0.5, "RGBA")[3] for x in (0.1, 0.5, 0.9)] == [255, 0, 255]
    assert pixel(result, 0.9, 0.5) == (0, 0, 0)


@pytest.mark.parametrize("format_class", WRITTEN)
@pytest.mark.parametrize(
    "options",
    [
        {"width": 40},
        {"width": 30, "height": 30, "gravity": "northwest"},
        {"rotate": 90},
        {"flip": True},
        {"flop": True},
        {"grayscale": True},
        {"blur": 2},
        {"sharpen": 1},
        {"width": 100, "height": 100, "fit": "contain", "bg": "00ff00"},
        {"width": 30, "height": 30, "gravity": (900, 900)},
    ],
    ids=str,
)
def test_every_operation_does_to_each_frame_what_it_does_to_a_still(options: dict[str, Any], format_class: str) -> None:
    frames = [SCENE, quarters((96, 64)), SCENE.transpose(Image.Transpose.ROTATE_180)]
    result = shown(animation("png", frames, duration=100), format_class, quality=95, **options)
    for n, frame in enumerate(frames):
        assert off(at(result, 100 * n), decoded(saved(frame, "png"), "png", **options)) < 6, n


def test_trim_leaves_what_is_border_in_every_frame() -> None:
    frames = [Image.new("RGB", (60, 40), WHITE) for _ in range(3)]
    frames[1].paste(RED, (20, 10, 30, 20))
    frames[2].paste(BLUE, (35, 22, 50, 30))
    body = animation("png", frames, duration=100)
    result = shown(body, "webp", trim=10)
    assert result.size == (30, 20)
    assert near(pixel(at(result, 100), 0.1, 0.1), RED, 20)
    assert near(pixel(at(result, 200), 0.9, 0.9), BLUE, 20)
    assert decoded(body, "png", trim=10).size == (60, 40)  # the first frame, which is plain


def test_an_animation_is_aimed_once_by_its_first_frame() -> None:
    left, right = Image.new("RGB", (120, 40), WHITE), Image.new("RGB", (120, 40), WHITE)
    left.paste(quarters((30, 30)), (5, 5))
    right.paste(quarters((30, 30)), (85, 5))
    options: dict[str, Any] = {"width": 40, "height": 40, "gravity": "auto"}
    result = shown(animation("png", [left, right], duration=100), "webp", **options)
    assert off(at(result, 0), decoded(saved(left, "png"), "png", **options)) < 6
    assert near(pixel(at(result, 100), 0.5, 0.5), WHITE, 12)


def test_an_animation_asked_for_as_a_jpeg_is_its_first_frame_on_the_ground() -> None:
    frames = [stripes([(*RED, 255), (0, 0, 0, 0)], (40, 20), "RGBA"), Image.new("RGBA", (40, 20), BLUE)]
    result = decoded(apng((40, 20), [Frame(frame) for frame in frames]), "jpeg", bg="00ff00")
    assert near(pixel(result, 0.2, 0.5), RED, 12)
    assert near(pixel(result, 0.8, 0.5), (0, 255, 0), 12)


def test_the_frames_are_turned_as_exif_says() -> None:
    exif = Image.Exif()
    exif[274] = 6
    body = animation("webp", [quarters(), quarters()], duration=100, lossless=True, exif=exif)
    assert corners(decoded(body, "webp", quality=95)) == ["blue", "red", "white", "green"]
