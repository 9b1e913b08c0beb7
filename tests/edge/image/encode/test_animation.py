"""Animations as written: what they show at each moment, and how little they store for it."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from PIL import Image

from tests.edge.image.encode.timeline import SCENE, animated_variant, at, mean_difference, timeline
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
    opened,
    pixel,
    quarters,
    saved,
    stripes,
    variant,
)

WRITTEN = ["webp", "gif"]


@pytest.mark.parametrize("format_class", WRITTEN)
def test_a_slow_fade_is_not_lost(format_class: str) -> None:
    frames = [Image.blend(Image.new("RGB", SCENE.size), SCENE, n / 60) for n in range(61)]
    result = animated_variant(animation("webp", frames, duration=20, lossless=True), format_class)
    for n in (0, 15, 30, 45, 60):
        assert mean_difference(at(result, 20 * n), frames[n]) < 4, n


@pytest.mark.parametrize("format_class", WRITTEN)
def test_a_small_change_takes_few_bytes(format_class: str) -> None:
    frames = [SCENE.resize((240, 160)) for _ in range(20)]
    for n, frame in enumerate(frames):
        frame.paste(RED, (10 * n, 16, 10 * n + 12, 28))
    body = animation("png", frames, duration=50)
    alone = len(variant(saved(frames[0], "png"), format_class).body)
    rendered = variant(body, format_class)
    assert len(rendered.body) < 5 * alone
    result = animated_variant(body, format_class)
    for n in (0, 7, 19):
        assert near(pixel(at(result, 50 * n), (10 * n + 6) / 240, 22 / 160), RED, 25)
        assert mean_difference(at(result, 50 * n), frames[n]) < 5


@pytest.mark.parametrize("format_class", WRITTEN)
def test_pixels_that_turn_transparent_disappear(format_class: str) -> None:
    clear: tuple[int, ...] = (0, 0, 0, 0)
    rows: list[list[tuple[int, ...]]] = [
        [(*RED, 255), clear, clear],
        [(*RED, 255), (*GREEN, 255), clear],
        [clear, (*GREEN, 255), clear],
    ]
    frames = [stripes(row, (60, 20), "RGBA") for row in rows]
    result = animated_variant(apng((60, 20), [Frame(frame) for frame in frames]), format_class)
    assert [[pixel(frame, x, 0.5, "RGBA")[3] for x in (0.1, 0.5, 0.9)] for _, frame in timeline(result)] == [
        [255, 0, 0],
        [255, 255, 0],
        [0, 255, 0],
    ]
    assert near(pixel(at(result, 250), 0.5, 0.5), GREEN, 12)


def test_half_transparent_frames_replace_each_other() -> None:
    frames = [Image.new("RGBA", (40, 40), (*colour, alpha)) for colour, alpha in ((RED, 200), (GREEN, 100), (BLUE, 60))]
    result = animated_variant(apng((40, 40), [Frame(frame) for frame in frames]), "webp", quality=95)
    for (_, frame), wanted in zip(timeline(result), frames, strict=True):
        assert near(pixel(frame, 0.5, 0.5, "RGBA"), pixel(wanted, 0.5, 0.5, "RGBA"), 8)


@pytest.mark.parametrize("format_class", WRITTEN)
def test_equal_frames_become_one_that_is_shown_longer(format_class: str) -> None:
    frames = [Image.new("RGB", (20, 20), colour) for colour in (RED, RED, GREEN, GREEN, GREEN)]
    parts = [Frame(frame, ms=70) for frame in frames]
    assert [start for start, _ in timeline(animated_variant(apng((20, 20), parts), format_class))] == [0, 140]


def test_60_frames_a_second_keep_their_speed() -> None:
    parts = [Frame(Image.new("RGB", (20, 20), (4 * n, 0, 255 - 4 * n)), ms=1) for n in range(60)]
    body = apng((20, 20), parts, whole=60)
    as_webp, as_gif = timeline(animated_variant(body, "webp")), timeline(animated_variant(body, "gif"))
    assert [start for start, _ in as_webp][:4] == [0, 17, 33, 50]
    starts = [start for start, _ in as_gif]
    assert min(b - a for a, b in pairwise(starts)) >= 20
    assert 960 <= starts[-1] <= 1000
    assert near(pixel(as_gif[-1][1], 0.5, 0.5), (236, 0, 19), 12)


def test_a_drawing_is_stored_losslessly_in_fewer_bytes() -> None:
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
    assert mean_difference(at(opened(rendered), 700), frames[7]) == 0


@pytest.mark.parametrize("format_class", WRITTEN)
def test_black_is_not_treated_as_transparent(format_class: str) -> None:
    frames = [Image.new("RGB", (20, 20), colour) for colour in (RED, (0, 0, 0), WHITE)]
    result = animated_variant(apng((20, 20), [Frame(frame) for frame in frames]), format_class)
    assert [pixel(frame, 0.5, 0.5, "RGBA") for _, frame in timeline(result)][1] == (0, 0, 0, 255)


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
def test_every_operation_treats_each_frame_like_a_still_image(options: dict[str, Any], format_class: str) -> None:
    frames = [SCENE, quarters((96, 64)), SCENE.transpose(Image.Transpose.ROTATE_180)]
    result = animated_variant(animation("png", frames, duration=100), format_class, quality=95, **options)
    for n, frame in enumerate(frames):
        assert mean_difference(at(result, 100 * n), decoded(saved(frame, "png"), "png", **options)) < 6, n


def test_trim_removes_only_what_is_border_in_every_frame() -> None:
    frames = [Image.new("RGB", (60, 40), WHITE) for _ in range(3)]
    frames[1].paste(RED, (20, 10, 30, 20))
    frames[2].paste(BLUE, (35, 22, 50, 30))
    body = animation("png", frames, duration=100)
    result = animated_variant(body, "webp", trim=10)
    assert result.size == (30, 20)
    assert near(pixel(at(result, 100), 0.1, 0.1), RED, 20)
    assert near(pixel(at(result, 200), 0.9, 0.9), BLUE, 20)
    assert decoded(body, "png", trim=10).size == (60, 40)  # the first frame alone is plain


def test_auto_gravity_is_decided_by_the_first_frame() -> None:
    left, right = Image.new("RGB", (120, 40), WHITE), Image.new("RGB", (120, 40), WHITE)
    left.paste(quarters((30, 30)), (5, 5))
    right.paste(quarters((30, 30)), (85, 5))
    options: dict[str, Any] = {"width": 40, "height": 40, "gravity": "auto"}
    result = animated_variant(animation("png", [left, right], duration=100), "webp", **options)
    assert mean_difference(at(result, 0), decoded(saved(left, "png"), "png", **options)) < 6
    assert near(pixel(at(result, 100), 0.5, 0.5), WHITE, 12)


def test_an_animation_as_jpeg_is_its_first_frame_on_the_background() -> None:
    frames = [stripes([(*RED, 255), (0, 0, 0, 0)], (40, 20), "RGBA"), Image.new("RGBA", (40, 20), BLUE)]
    result = decoded(apng((40, 20), [Frame(frame) for frame in frames]), "jpeg", bg="00ff00")
    assert near(pixel(result, 0.2, 0.5), RED, 12)
    assert near(pixel(result, 0.8, 0.5), (0, 255, 0), 12)


def test_exif_orientation_applies_to_every_frame() -> None:
    exif = Image.Exif()
    exif[274] = 6
    body = animation("webp", [quarters(), quarters()], duration=100, lossless=True, exif=exif)
    assert corners(decoded(body, "webp", quality=95)) == ["blue", "red", "white", "green"]
