"""Recipes, keys and requests as hypothesis makes them."""

from __future__ import annotations

import string
import unicodedata

from hypothesis import strategies as st

from edge.contract.keys import EXTENSIONS
from edge.contract.policy import load_policy
from edge.contract.recipe import PresetRef, Recipe, make_recipe
from edge.contract.request import ImageRequest
from edge.contract.values import FITS, GRAVITIES

POLICY = load_policy()

sides = st.one_of(st.just(0), st.integers(1, POLICY.max_side))
points = st.tuples(st.integers(0, 1000), st.integers(0, 1000))
colours = st.text("0123456789abcdef", min_size=6, max_size=6)


@st.composite
def recipes(draw: st.DrawFn) -> Recipe:
    return make_recipe(
        {
            "width": draw(sides),
            "height": draw(sides),
            "fit": draw(st.sampled_from(["", *FITS])),
            "gravity": draw(st.one_of(st.sampled_from(GRAVITIES), points)),
            "quality": draw(st.integers(0, 100)),
            "up": draw(st.booleans()),
            "bg": draw(st.one_of(colours, colours.map(lambda colour: colour + "80"))),
            "rotate": draw(st.integers(0, 359)),
            "flip": draw(st.booleans()),
            "flop": draw(st.booleans()),
            "blur": draw(st.integers(0, 100)),
            "sharpen": draw(st.integers(0, 10)),
            "grayscale": draw(st.booleans()),
            "trim": draw(st.integers(0, 255)),
        },
        POLICY.quality,
    )


_names = st.text(string.ascii_lowercase + string.digits, min_size=1, max_size=8)
presets = st.builds(PresetRef, _names, st.one_of(st.none(), st.integers(1, 999_999)))
recipes_and_presets = st.one_of(recipes(), presets)

_letters = st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="/\\~*.")
_folders = st.lists(st.text(_letters, min_size=1, max_size=10), max_size=3)
_stems = st.text(_letters, min_size=1, max_size=20)


@st.composite
def keys(draw: st.DrawFn) -> str:
    """Keys as editors could write them, not yet normalised."""
    name = f"{draw(_stems)}.{draw(st.sampled_from(EXTENSIONS))}"
    return "/".join([*draw(_folders), name])


versions = st.text("0123456789abcdef", min_size=8, max_size=8)


@st.composite
def requests(draw: st.DrawFn) -> ImageRequest:
    return ImageRequest(
        unicodedata.normalize("NFC", draw(keys())),
        draw(recipes_and_presets),
        draw(st.sampled_from(["auto", "avif", "webp", "jpeg", "png", "gif"])),
        draw(st.one_of(st.none(), versions)),
        draw(st.one_of(st.none(), st.integers(1, 10**10))),
    )
