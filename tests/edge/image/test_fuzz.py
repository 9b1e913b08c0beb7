"""Broken files and any recipe: a picture within the limits, or a refusal, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from edge.errors import SourceRefused
from edge.image import render, verify
from edge.keys import CLASSES
from edge.recipe import Recipe
from tests.edge.contract.strategies import recipes
from tests.edge.image.pictures import POLICY, animation, noise, opened, saved

#: Small, so that what a broken header claims is either refused or quick.
RULES = replace(POLICY, max_source_pixels=250_000, max_side=120, full_side=100, max_animation_pixels=100_000)
STILLS = [
    saved(noise((40, 30), mode), kind, **options)
    for kind, mode, options in (
        ("jpeg", "RGB", {}),
        ("jpeg", "CMYK", {"progressive": True}),
        ("png", "RGBA", {}),
        ("png", "I;16", {"transparency": 7}),
        ("webp", "RGBA", {"lossless": True}),
        ("webp", "RGB", {}),
        ("avif", "RGBA", {"speed": 10}),
        ("gif", "L", {}),
        ("tiff", "RGB", {"compression": "tiff_lzw"}),
        ("tiff", "F", {}),
        ("bmp", "RGB", {}),
    )
]
MOVING = [animation(kind, [noise((30, 20), seed=n) for n in range(3)]) for kind in ("gif", "webp", "png", "avif")]


@st.composite
def broken(draw: st.DrawFn) -> bytes:
    """A file of ours with bytes changed, put in, taken out, repeated: mostly at its start, where its facts are."""
    body = bytearray(draw(st.sampled_from(STILLS + MOVING)))
    for _ in range(draw(st.integers(0, 6))):
        at = draw(st.integers(0, min(len(body) - 1, 200)) | st.integers(0, len(body) - 1))
        piece = draw(st.binary(min_size=1, max_size=8) | st.sampled_from([b"\0" * 4, b"\xff" * 4, b"\x7f\xff\xff\xff"]))
        match draw(st.sampled_from(["change", "insert", "remove", "repeat", "cut"])):
            case "change":
                body[at : at + len(piece)] = piece
            case "insert":
                body[at:at] = piece
            case "remove":
                del body[at : at + len(piece)]
            case "repeat":
                body[at:at] = body[at : at + 64]
            case _:
                del body[max(at, 16) :]
    return bytes(body)


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@given(body=broken(), recipe=recipes(), format_class=st.sampled_from(CLASSES))
@example(body=STILLS[0], recipe=Recipe(120, 120, "cover", up=True), format_class="avif")
@settings(deadline=None, max_examples=600)
def test_whatever_comes_makes_a_picture_or_is_refused(body: bytes, recipe: Recipe, format_class: str) -> None:
    try:
        verify(body, RULES)
        made = render(body, recipe, format_class, policy=RULES)
    except SourceRefused as error:
        assert error.code in ("source_damaged", "source_unsupported", "source_too_large")
        assert error.message.endswith(".")
        return
    assert max(made.width, made.height) <= RULES.max_side
    opened(made).load()
