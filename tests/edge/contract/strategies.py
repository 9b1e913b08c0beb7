"""Recipes, keys and requests for property tests."""

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


#: Every attribute of a recipe, with values that a URL may have.
OPTIONS: dict[str, st.SearchStrategy[object]] = {
    "width": sides,
    "height": sides,
    "fit": st.sampled_from(["", *FITS]),
    "gravity": st.one_of(st.sampled_from(GRAVITIES), points),
    "face": st.integers(1, 32),
    "pad": st.none() | st.integers(0, 500),
    "quality": st.integers(0, 100),
    "up": st.booleans(),
    "bg": st.one_of(colours, colours.map(lambda colour: colour + "80")),
    "rotate": st.integers(0, 359),
    "flip": st.booleans(),
    "flop": st.booleans(),
    "blur": st.integers(0, 100),
    "sharpen": st.integers(0, 10),
    "grayscale": st.booleans(),
    "trim": st.integers(0, 255),
}


def recipes() -> st.SearchStrategy[Recipe]:
    """Canonical recipes."""
    return st.fixed_dictionaries(OPTIONS).map(lambda options: make_recipe(options, POLICY.quality))


_names = st.text(string.ascii_lowercase + string.digits, min_size=1, max_size=8)
presets = st.builds(PresetRef, _names, st.one_of(st.none(), st.integers(1, 999_999)))
recipes_and_presets = st.one_of(recipes(), presets)

_letters = st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="/\\~*.")
_folders = st.lists(st.text(_letters, min_size=1, max_size=10), max_size=3)
_stems = st.text(_letters, min_size=1, max_size=20)


@st.composite
def keys(draw: st.DrawFn) -> str:
    """Keys as editors may write them, before normalisation."""
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
