"""Originals to variants, over all sources, formats and recipes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from edge.contract.recipe import make_recipe
from edge.contract.values import FITS, GRAVITIES
from edge.contract.variant_key import CLASSES
from edge.image import render
from edge.image.geometry import lay_out, orientation_of
from edge.image.transform.rotate import rotation_of
from tests.edge.image.colour.profiles import P3
from tests.edge.image.pictures import (
    BLUE,
    GREEN,
    POLICY,
    RED,
    animation,
    corners,
    decoded,
    near,
    noise,
    opened,
    photograph,
    pixel,
    quarters,
    saved,
    stripes,
    variant,
)

PNG = saved(quarters(), "png")


UPRIGHT = ["red", "green", "blue", "white"]


@pytest.mark.parametrize("fit", FITS)
@pytest.mark.parametrize("format_class", CLASSES)
def test_every_fit_works_in_every_format_class(fit: str, format_class: str) -> None:
    sizes = {"inside": (30, 23), "outside": (40, 30)}
    assert decoded(PNG, format_class, fit=fit, width=30, height=30).size == sizes.get(fit, (30, 30))


@pytest.mark.parametrize("source", ["jpeg", "png", "webp", "avif", "gif", "tiff", "bmp"])
@pytest.mark.parametrize("format_class", CLASSES)
def test_every_source_format_becomes_every_format_class(source: str, format_class: str) -> None:
    rendered = variant(saved(quarters(), source), format_class, width=40)
    assert rendered.format in {"basic": ("jpeg", "png"), "avif": ("avif", "webp")}.get(format_class, (format_class,))
    assert rendered.content_type == f"image/{rendered.format}"
    assert opened(rendered).format == rendered.format.upper()
    assert corners(opened(rendered)) == UPRIGHT
    assert set(rendered.ms) == {"decode", "resize", "encode"}


def test_a_photograph_is_png_only_with_transparency() -> None:
    opaque, clear = photograph().convert("RGBA"), Image.new("RGBA", (80, 60))
    assert variant(saved(opaque, "png"), "basic").format == "jpeg"
    assert variant(saved(clear, "png"), "basic").format == "png"
    half = noise((80, 60)).convert("RGBA")
    half.paste(clear.crop((0, 0, 40, 60)))
    assert variant(saved(half, "png"), "basic").format == "png"
    assert variant(saved(half, "png"), "basic", width=40, height=60, gravity="east").format == "jpeg"


def test_nothing_is_enlarged_without_up() -> None:
    assert decoded(PNG, width=200).size == (80, 60)
    assert decoded(PNG, width=160, up=True).size == (160, 120)


def test_every_side_keeps_a_pixel() -> None:
    assert decoded(saved(noise((940, 2)), "jpeg"), width=300).size == (300, 1)
    assert decoded(saved(noise((1, 1)), "png"), width=300, height=200).size == (1, 1)


def test_the_full_recipe_is_limited_to_full_side() -> None:
    body = saved(noise((300, 100)), "jpeg")
    assert render(body, make_recipe({}), "jpeg", policy=replace(POLICY, full_side=150)).width == 150
    assert decoded(body).size == (300, 100)


def test_contain_pads_with_the_background() -> None:
    result = decoded(PNG, width=60, height=60, fit="contain", bg="102030")
    assert result.size == (60, 60)
    assert near(pixel(result, 0.5, 0.05), (0x10, 0x20, 0x30), 0)
    assert corners(result) == UPRIGHT
    clear = decoded(PNG, "webp", width=60, height=60, fit="contain", bg="10203000", gravity="north")
    assert pixel(clear, 0.5, 0.95, "RGBA")[3] == 0
    assert pixel(clear, 0.25, 0.1, "RGBA")[3] == 255


@settings(max_examples=150)
@given(
    size=st.tuples(st.integers(1, 90), st.integers(1, 90)),
    mode=st.sampled_from(["L", "LA", "RGB", "RGBA"]),
    options=st.fixed_dictionaries(
        {"fit": st.sampled_from(FITS), "rotate": st.one_of(st.sampled_from([0, 90, 180, 270]), st.integers(0, 359))},
        optional={
            "width": st.integers(0, 130),
            "height": st.integers(0, 130),
            "gravity": st.sampled_from([*GRAVITIES, (0, 0), (310, 420), (1000, 1000)]),
            **dict.fromkeys(("up", "flip", "flop", "grayscale"), st.booleans()),
            "blur": st.integers(0, 4),
            "sharpen": st.integers(0, 4),
            "bg": st.sampled_from(["ffffff", "10203000"]),
        },
    ),
    name=st.sampled_from(["png", "tiff", "webp"]),
)
def test_every_recipe_gives_the_size_of_its_layout(
    size: tuple[int, int], mode: str, options: dict[str, object], name: str
) -> None:
    recipe = make_recipe(options)
    rendered = render(saved(noise(size, mode), name), recipe, "png", focal=(700, 200), policy=POLICY)
    turned = rotation_of(recipe).size(orientation_of(recipe).size(size))
    assert opened(rendered).size == lay_out(turned, recipe, POLICY).canvas


@settings(max_examples=150)
@given(
    size=st.one_of(
        st.sampled_from([(1, 10_000), (10_000, 1), (1, 1), (2, 9_000), (940, 2)]),
        st.tuples(st.integers(1, 400), st.integers(1, 400)),
    ),
    options=st.fixed_dictionaries(
        {
            "width": st.integers(0, 500),
            "height": st.integers(0, 500),
            "fit": st.sampled_from(FITS),
            "up": st.booleans(),
            "rotate": st.one_of(st.sampled_from([0, 90]), st.integers(0, 359)),
            "gravity": st.sampled_from(["focal", "southeast", "auto"]),
        }
    ),
)
def test_every_canvas_is_within_the_limits(size: tuple[int, int], options: dict[str, object]) -> None:
    """Another library enlarged its canvas after the check: https://nvd.nist.gov/vuln/detail/CVE-2026-53505"""
    policy, recipe = replace(POLICY, max_side=200, full_side=300), make_recipe(options)
    result = opened(render(saved(Image.new("L", size, 90), "png"), recipe, "png", policy=policy))
    assert 1 <= min(result.size) <= max(result.size) <= 200
    assert result.size == lay_out(rotation_of(recipe).size(orientation_of(recipe).size(size)), recipe, policy).canvas


@pytest.mark.parametrize("size", [(1, 10_000), (10_000, 1)])
@pytest.mark.parametrize("fit", FITS)
def test_images_one_pixel_wide_in_every_fit(size: tuple[int, int], fit: str) -> None:
    body = saved(noise(size), "png")
    long, wide = 0 if size[0] > 1 else 1, 1 if size[0] > 1 else 0
    result = decoded(body, width=300, height=300, fit=fit).size
    assert (result[long], result[wide]) == {
        "cover": (1, 1),
        "contain": (300, 300),
        "fill": (300, 1),
        "inside": (300, 1),
        "outside": (4096, 1),
    }[fit]


@pytest.mark.parametrize("format_class", CLASSES)
@pytest.mark.parametrize("source", ["jpeg", "gif"])
def test_equal_arguments_give_equal_bytes(source: str, format_class: str) -> None:
    frames = [noise((64, 48), seed=seed) for seed in range(2)]
    body = animation("gif", frames, duration=100) if source == "gif" else saved(frames[0], "jpeg")
    assert variant(body, format_class, width=40).body == variant(body, format_class, width=40).body


def test_colours_become_srgb_before_effects() -> None:
    """Grayscale weights the bands of sRGB, and not those of the original's profile."""
    image = stripes([RED, GREEN, BLUE], (90, 30))
    body = saved(image, "png", icc_profile=P3)
    in_srgb = saved(decoded(body), "png")
    grey = decoded(body, grayscale=True)
    assert grey.tobytes() == decoded(in_srgb, grayscale=True).tobytes()
    assert grey.tobytes() != decoded(saved(image.convert("L"), "png", icc_profile=P3)).tobytes()


@pytest.mark.parametrize("options", [{"blur": 5}, {"sharpen": 5}, {"grayscale": True}], ids=str)
def test_effects_come_before_rotation_and_its_background(options: dict[str, Any]) -> None:
    result = decoded(saved(Image.new("RGB", (80, 60), RED), "png"), rotate=30, bg="00ff00", **options)
    assert pixel(result, 0, 0) == (0, 255, 0)
    assert pixel(result, 0.5, 0.5) == pixel(decoded(saved(Image.new("RGB", (80, 60), RED), "png"), **options), 0.5, 0.5)


def test_effects_come_after_resizing() -> None:
    body = saved(noise((200, 100)), "png")
    small = saved(decoded(body, width=50), "png")
    effects: list[dict[str, Any]] = [{"blur": 2}, {"sharpen": 2}]
    for options in effects:
        assert decoded(body, width=50, **options).tobytes() == decoded(small, **options).tobytes()
