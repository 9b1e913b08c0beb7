"""Broken files and any recipe: a picture within the limits, or a refusal, and nothing else. `tests.fuzz` goes on."""

from __future__ import annotations

import struct
from dataclasses import replace
from random import Random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from edge.contract.errors import SourceRefused
from edge.contract.recipe import Recipe
from edge.contract.variant_key import CLASSES
from edge.image import render, verify
from tests.edge.contract.strategies import recipes
from tests.edge.image.encoders import png, png_chunk
from tests.edge.image.pictures import POLICY, animation, noise, saved
from tests.fuzz.judge import VERIFY, Outcome, broken_promise, judged
from tests.fuzz.mutate import mutated, pieces, with_checksums
from tests.fuzz.seeds import seeds

#: Small, so that what a broken header claims is either refused or quick.
RULES = replace(
    POLICY,
    max_source_pixels=250_000,
    max_side=120,
    full_side=100,
    max_animation_pixels=100_000,
    max_animation_source_pixels=100_000,
)


@st.composite
def broken(draw: st.DrawFn) -> bytes:
    """A file of ours with bytes and pieces changed, put in, taken out, repeated, lied about."""
    dice = Random(draw(st.integers(0, 2**32)))  # noqa: S311 - hypothesis chooses the seed
    return mutated(draw(st.sampled_from(seeds())), seeds(), dice)


@given(body=broken(), recipe=recipes(), format_class=st.sampled_from(CLASSES))
@example(body=seeds()[0], recipe=Recipe(120, 120, "cover", up=True), format_class="avif")
@settings(max_examples=400)
def test_whatever_comes_makes_a_picture_or_is_refused(body: bytes, recipe: Recipe, format_class: str) -> None:
    try:
        made = render(body, recipe, format_class, policy=RULES)
    except SourceRefused as error:
        assert error.code in ("source_damaged", "source_unsupported", "source_too_large")
        assert error.message.endswith(".")
        return
    assert broken_promise(made, format_class, RULES) == ""


@given(body=broken())
@settings(max_examples=200)
def test_what_the_upload_takes_the_edge_can_show(body: bytes) -> None:
    try:
        verify(body, RULES)
    except SourceRefused:
        return
    assert judged(body, "w50_trim9.basic", RULES).kind == "image"


@pytest.mark.parametrize("body", seeds(), ids=lambda body: repr(body[:12]))
def test_what_is_broken_was_sound_before(body: bytes) -> None:
    assert b"".join(pieces(body)) == with_checksums(body) == body
    assert judged(body, "full.webp", RULES).kind == "image"


def outcomes(body: bytes, job: str) -> Outcome:
    """By the policy in force."""
    return replace(judged(body, job, POLICY), seconds=0, megabytes=0)


@pytest.mark.parametrize("kind", ["png", "webp", "tiff", "bmp"])
def test_a_cut_picture_whose_border_is_to_go_is_refused(kind: str) -> None:
    """Pillow decodes when it is first asked for a pixel, which here is the border's."""
    options = {"compression": "tiff_lzw"} if kind == "tiff" else {"lossless": True} if kind == "webp" else {}
    whole = saved(noise((60, 40)), kind, **options)
    assert outcomes(whole[: len(whole) // 2], "w30_trim9.webp") == Outcome("refused", "source_damaged")


@pytest.mark.parametrize("keyword", [b"loop", b"duration", b"icc_profile", b"exif", b"disposal"])
def test_text_in_an_apng_is_text_whatever_its_keyword_is(keyword: bytes) -> None:
    """Pillow keeps it beside what it knows of the picture, under the same names."""
    body = animation("png", [noise((30, 20), seed=seed) for seed in range(2)])
    at = body.index(b"IDAT") - 4
    told = body[:at] + png_chunk(b"tEXt", keyword + b"\0hello") + body[at:]
    assert outcomes(told, "w20.webp") == Outcome("image", "webp")


@pytest.mark.parametrize("opacity", [b"\xff" * 4, b"\0\xff\xff\xff"], ids=["all", "not all"])
@pytest.mark.parametrize("job", ["full.webp", "w20.gif", "w20_h20_fcover_gauto.png", "w20_h20_fcontain_bg33669980.gif"])
def test_an_apng_with_a_palette_may_say_how_opaque_its_colours_are(opacity: bytes, job: str) -> None:
    """What it says is of the palette, and the frames that are put together have none."""
    frames = [noise((30, 20), "L", seed).point([value // 64 for value in range(256)]) for seed in range(2)]
    for frame in frames:
        frame.putpalette(bytes(range(12)))
    assert outcomes(animation("png", frames, transparency=opacity), job).kind == "image"


@pytest.mark.parametrize("size", [(0, 20), (20, 0)])
def test_a_gif_without_pixels_is_refused_at_the_upload(size: tuple[int, int]) -> None:
    screen = struct.pack("<2H", *size)
    body = b"GIF89a" + screen + bytes(3) + b"," + bytes(4) + screen + b"\0\2\0;"
    assert outcomes(body, VERIFY) == outcomes(body, "full.webp") == Outcome("refused", "source_damaged")


def test_a_png_without_its_palette_is_damaged() -> None:
    whole = png(3, 1, lambda x, _: [x & 1])
    body = whole[: whole.index(b"PLTE") - 4] + whole[whole.index(b"IDAT") - 4 :]
    assert outcomes(body, VERIFY) == outcomes(body, "full.webp") == Outcome("refused", "source_damaged")
