"""Animations: which variants stay animated, with which frames, durations and plays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PIL import Image, ImageSequence

from edge.contract.errors import SourceRefused
from edge.contract.recipe import make_recipe
from edge.image import render, verify
from tests.edge.image.pictures import (
    BLUE,
    GREEN,
    POLICY,
    RED,
    animation,
    decoded,
    inspect,
    near,
    noise,
    opened,
    pixel,
    quarters,
    saved,
    stripes,
    variant,
)

COLOURS = [RED, GREEN, BLUE]
FRAMES = [Image.new("RGB", (60, 40), colour) for colour in COLOURS]
DURATIONS = [100, 250, 400]
SOURCES = {name: animation(name, FRAMES, duration=DURATIONS, loop=0) for name in ("gif", "webp", "png")}


def played(image: Image.Image) -> Iterator[tuple[Image.Image, int]]:
    for frame in ImageSequence.Iterator(image):
        frame.load()
        yield frame.convert("RGBA"), frame.info["duration"]


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize(
    ("format_class", "name"), [("avif", "webp"), ("webp", "webp"), ("basic", "gif"), ("gif", "gif")]
)
def test_an_animation_stays_an_animation(source: str, format_class: str, name: str) -> None:
    rendered = variant(SOURCES[source], format_class, width=30)
    assert (rendered.format, rendered.content_type) == (name, f"image/{name}")
    assert (rendered.width, rendered.height) == (30, 20)
    frames = list(played(opened(rendered)))
    assert [duration for _, duration in frames] == DURATIONS
    for (frame, _), colour in zip(frames, COLOURS, strict=True):
        assert near(pixel(frame, 0.5, 0.5), colour, 12)


def test_an_avif_sequence_stays_an_animation() -> None:
    body = animation("avif", FRAMES, duration=DURATIONS)
    assert [duration for _, duration in played(decoded(body, "avif"))] == DURATIONS


@pytest.mark.parametrize("format_class", ["jpeg", "png"])
def test_still_formats_show_the_first_frame(format_class: str) -> None:
    rendered = variant(SOURCES["gif"], format_class)
    assert rendered.format == format_class
    assert near(pixel(opened(rendered), 0.5, 0.5), RED, 12)


@pytest.mark.parametrize("plays", [0, 1, 2, 7])
@pytest.mark.parametrize("source", ["gif", "webp", "png"])
@pytest.mark.parametrize("format_class", ["webp", "gif"])
def test_the_number_of_plays_is_kept(source: str, format_class: str, plays: int) -> None:
    # GIF counts repeats, the others plays; a GIF without a count plays once.
    told = {} if source == "gif" and plays == 1 else {"loop": max(0, plays - 1) if source == "gif" else plays}
    body = animation(source, FRAMES, duration=100, **told)
    loop = decoded(body, format_class).info.get("loop")
    assert loop == ({0: 0, 1: None}.get(plays, plays - 1) if format_class == "gif" else plays)


@pytest.mark.parametrize("source", ["gif", "webp", "png"])
@pytest.mark.parametrize("format_class", ["webp", "gif"])
def test_transparent_frames_show_no_earlier_ones(source: str, format_class: str) -> None:
    clear = (0, 0, 0, 0)
    frames = [
        stripes([(*RED, 254), clear, clear], (60, 20), "RGBA"),
        stripes([clear, (*GREEN, 254), clear], (60, 20), "RGBA"),
        stripes([clear, clear, (*BLUE, 254)], (60, 20), "RGBA"),
    ]
    extra = {"disposal": 2} if source == "gif" else {"disposal": 1} if source == "png" else {"lossless": True}
    body = animation(source, frames, duration=100, loop=0, **extra)
    results = [frame for frame, _ in played(decoded(body, format_class, width=30))]
    for shown, frame in enumerate(results):
        seen = [pixel(frame, x, 0.5, "RGBA")[3] for x in (1 / 6, 3 / 6, 5 / 6)]
        assert [alpha > 250 for alpha in seen] == [shown == place for place in range(3)]
        assert sum(seen) <= 255
        assert near(pixel(frame, (2 * shown + 1) / 6, 0.5), COLOURS[shown], 30)


def test_a_frame_that_changes_a_part_is_completed() -> None:
    second = FRAMES[0].copy()
    second.paste(GREEN, (0, 0, 20, 20))
    frames = [frame for frame, _ in played(decoded(animation("gif", [FRAMES[0], second], duration=100), "webp"))]
    assert near(pixel(frames[1], 0.1, 0.1), GREEN, 12)
    assert near(pixel(frames[1], 0.9, 0.9), RED, 12)


def test_every_frame_is_cropped_rotated_and_padded_alike() -> None:
    frames = [quarters(), quarters().rotate(180)]
    body = animation("gif", frames, duration=100)
    for options in ({"width": 30, "height": 30}, {"rotate": 90}, {"width": 50, "height": 50, "fit": "contain"}):
        alone = [decoded(saved(frame, "png"), **options).convert("RGB") for frame in frames]
        for (frame, _), still in zip(played(decoded(body, "webp", quality=100, **options)), alone, strict=True):
            for at in ((0.2, 0.3), (0.8, 0.3), (0.2, 0.7), (0.8, 0.7)):
                assert near(pixel(frame, *at), pixel(still, *at), 40), options


def test_a_gif_without_durations_gets_those_of_browsers() -> None:
    durations = [duration for _, duration in played(decoded(animation("gif", FRAMES, duration=0), "webp"))]
    assert durations == [100, 100, 100]


def test_the_default_image_of_an_apng_is_not_played() -> None:
    body = animation("png", FRAMES, duration=100, default_image=True)
    frames = [frame for frame, _ in played(decoded(body, "webp"))]
    assert [near(pixel(frame, 0.5, 0.5), colour, 12) for frame, colour in zip(frames, COLOURS[1:], strict=True)] == [
        True,
        True,
    ]
    assert near(pixel(decoded(body, "jpeg"), 0.5, 0.5), RED, 12)


@pytest.mark.parametrize(
    "limit",
    [{"max_frames": 2}, {"max_animation_pixels": 3 * 60 * 40 - 1}, {"max_animation_source_pixels": 3 * 60 * 40 - 1}],
)
@pytest.mark.parametrize("source", SOURCES)
def test_beyond_the_limits_only_the_first_frame_is_shown(source: str, limit: dict[str, int]) -> None:
    rendered = render(SOURCES[source], make_recipe({}), "webp", policy=replace(POLICY, **limit))  # type: ignore[arg-type]
    assert getattr(opened(rendered), "n_frames", 1) == 1
    assert near(pixel(opened(rendered), 0.5, 0.5), RED, 12)
    assert verify(SOURCES[source], replace(POLICY, **limit)).width == 60  # type: ignore[arg-type]


def test_a_result_beyond_the_limits_is_a_still_image() -> None:
    policy = replace(POLICY, max_animation_pixels=3 * 60 * 40)
    rendered = render(SOURCES["gif"], make_recipe({"width": 120, "up": True}), "webp", policy=policy)
    assert (rendered.width, getattr(opened(rendered), "n_frames", 1)) == (120, 1)


@pytest.mark.parametrize("source", SOURCES)
def test_the_pixels_of_the_result_decide_whether_it_moves(source: str) -> None:
    policy = replace(POLICY, max_animation_pixels=3 * 30 * 20)
    for width, frames in ((30, 3), (31, 1), (0, 1)):
        rendered = render(SOURCES[source], make_recipe({"width": width}), "webp", policy=policy)
        assert getattr(opened(rendered), "n_frames", 1) == frames
        assert near(pixel(opened(rendered), 0.5, 0.5), RED, 12)
    cropped = render(SOURCES[source], make_recipe({"width": 20, "height": 30}), "webp", policy=policy)
    assert (cropped.width, cropped.height, opened(cropped).n_frames) == (20, 30, 3)  # type: ignore[attr-defined]


def test_every_frame_that_a_small_variant_shows_is_verified() -> None:
    """The whole animation is above the limit for results, a small variant of it is not."""
    body = animation("gif", [noise((40, 40), seed=seed) for seed in range(3)], duration=100)
    with pytest.raises(SourceRefused, match="damaged or incomplete"):
        verify(body[: len(body) * 5 // 6], replace(POLICY, max_animation_pixels=3 * 20 * 20))


def test_frames_are_counted_only_up_to_the_limit() -> None:
    body = animation("gif", [noise((4, 4), seed=seed) for seed in range(9)], duration=100)
    assert inspect(body, POLICY).frames == 9
    assert inspect(body, replace(POLICY, max_frames=3)).frames == 4


def test_an_animation_with_a_damaged_later_frame_is_refused() -> None:
    body = animation("gif", [noise((40, 40), seed=seed) for seed in range(3)], duration=100)
    with pytest.raises(SourceRefused, match="damaged or incomplete"):
        variant(body[: len(body) * 5 // 6], "webp")


def test_an_apng_with_a_default_image_and_one_frame() -> None:
    body = animation("png", FRAMES[:2], duration=100, default_image=True)
    assert near(pixel(decoded(body, "webp"), 0.5, 0.5), GREEN, 12)
    assert near(pixel(decoded(body, "gif"), 0.5, 0.5), GREEN, 12)
