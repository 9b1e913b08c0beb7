"""Every attribute of a recipe, in every place that has to carry it: URL, slug, ladder, signature.

`EXAMPLES` has one value for each; a new line in `FIELDS` fails here until it has one too.
"""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from edge.contract.errors import Forbidden
from edge.contract.recipe import DEFAULTS, FIELDS, Field, Recipe, make_recipe
from edge.contract.request import ImageRequest
from edge.contract.signing import KeyRing, SigningKey
from edge.contract.slug import parse_slug
from edge.contract.url import parse_url
from tests.edge.contract.strategies import OPTIONS, POLICY

#: The text in a URL and the value that it means, neither the default nor on the ladder.
EXAMPLES: dict[str, tuple[str, object]] = {
    "width": ("301", 301),
    "height": ("299", 299),
    "fit": ("contain", "contain"),
    "gravity": ("0.31,0.42", (310, 420)),
    "face": ("2", 2),
    "pad": ("30", 30),
    "quality": ("50", 50),
    "up": ("1", True),
    "bg": ("00ff0080", "00ff0080"),
    "rotate": ("90", 90),
    "flip": ("1", True),
    "flop": ("1", True),
    "blur": ("3", 3),
    "sharpen": ("2", 2),
    "grayscale": ("1", True),
    "trim": ("9", 9),
}
#: A recipe off the ladder, in which each attribute has an effect.
BASE: dict[str, object] = {"width": 301, "height": 299}
#: What else an attribute needs to have an effect.
NEEDED: dict[str, dict[str, object]] = {"face": {"gravity": "face"}, "pad": {"gravity": "faces"}}
SIZES = ("width", "height")
RING = KeyRing(SigningKey("k1", bytes(16), 0))

each_field = pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.name)
each_but_sizes = pytest.mark.parametrize(
    "field", [field for field in FIELDS if field.name not in SIZES], ids=lambda field: field.name
)


def recipe_with(field: Field) -> Recipe:
    return make_recipe({**BASE, **NEEDED.get(field.name, {}), field.name: EXAMPLES[field.name][1]})


def query_with(field: Field) -> str:
    gravity = {"g": str(needed["gravity"])} if (needed := NEEDED.get(field.name)) else {}
    texts = {"w": "301", "h": "299", **gravity, field.short: EXAMPLES[field.name][0]}
    return "&".join(f"{name}={text}" for name, text in texts.items())


def parse(query: str) -> ImageRequest:
    return parse_url("/a.jpg", query, POLICY)


def test_fields_and_attributes_are_the_same_and_in_the_same_order() -> None:
    assert [field.name for field in FIELDS] == [attribute.name for attribute in fields(Recipe)] == list(DEFAULTS)


def test_every_field_has_an_example_here_and_a_strategy() -> None:
    assert list(EXAMPLES) == list(OPTIONS) == [field.name for field in FIELDS]


def test_names_and_prefixes_are_unique() -> None:
    names = [name for field in FIELDS for name in {field.short, field.name}]
    assert len(set(names)) == len(names)
    assert len({field.prefix for field in FIELDS}) == len(FIELDS)


@each_field
def test_the_url_sets_the_attribute_by_its_short_and_its_long_name(field: Field) -> None:
    text, value = EXAMPLES[field.name]
    assert field.read(field.short, text) == value
    for name in (field.short, field.name):
        query = query_with(field).replace(f"{field.short}={text}", f"{name}={text}")
        recipe = parse(query).recipe
        assert isinstance(recipe, Recipe)
        assert getattr(recipe, field.name) == value


@each_field
def test_the_url_survives_a_round_trip(field: Field) -> None:
    request = ImageRequest("a.jpg", recipe_with(field))
    path, _, query = request.spell().partition("?")
    assert f"{field.short}={EXAMPLES[field.name][0]}" in query.split("&")
    assert parse_url(path, query, POLICY) == request


@each_field
def test_the_slug_spells_the_attribute_and_survives_a_round_trip(field: Field) -> None:
    recipe = recipe_with(field)
    assert field.token(getattr(recipe, field.name)) in recipe.slug.split("_")
    assert parse_slug(recipe.slug) == recipe


@each_field
def test_the_slug_leaves_out_the_default(field: Field) -> None:
    assert field.token(DEFAULTS[field.name]) == ""


@each_but_sizes
def test_raising_a_recipe_to_the_ladder_keeps_the_attribute(field: Field) -> None:
    recipe = recipe_with(field)
    assert POLICY.snap(recipe) == replace(recipe, width=400, height=400)


@each_but_sizes
def test_off_the_ladder_the_attribute_needs_a_signature(field: Field) -> None:
    for query in (query_with(field), query_with(field).replace("w=301&h=299", "w=300&h=300")):
        with pytest.raises(Forbidden) as rejected:
            parse(query).authorise(POLICY, RING.find, 0)
        assert rejected.value.code == "signature_missing"


@each_field
def test_the_signature_covers_the_attribute(field: Field) -> None:
    signed = ImageRequest("a.jpg", recipe_with(field)).signed(POLICY, RING, 0)
    assert signed.signature is not None
    assert signed.authorise(POLICY, RING.find, 0) == recipe_with(field)
    base = {**BASE, **NEEDED.get(field.name, {})}
    other = make_recipe({**base, "width": 302} if field.name in SIZES else base)
    for forged in (
        replace(signed, recipe=other),
        ImageRequest("a.jpg", recipe_with(field), signature="k1." + "A" * 22),
    ):
        with pytest.raises(Forbidden):
            forged.authorise(POLICY, RING.find, 0)
