"""From URLs to variant keys: without a signature, every URL is one of the counted variants or an error."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from edge.contract.errors import EdgeError, Forbidden
from edge.contract.recipe import FIELDS, PresetRef
from edge.contract.request import ImageRequest
from edge.contract.rewrite import rewrite_url
from edge.contract.slug import parse_slug
from edge.contract.url import parse_url
from edge.contract.values import FITS, GRAVITIES
from edge.contract.variant_key import CLASSES, VariantKey
from tests.edge.contract.strategies import POLICY, requests

COUNTED = {(recipe, name) for recipe in POLICY.unsigned() for name in CLASSES}
ACCEPTS = {"avif": "image/avif,image/webp,*/*", "webp": "image/webp,*/*", "basic": "*/*"}
_numbers = st.one_of(st.integers(0, 5000), st.integers(-1, 10**11), st.sampled_from(POLICY.ladder)).map(str)
_words = st.one_of(
    _numbers,
    st.sampled_from([*FITS, *GRAVITIES, *CLASSES, "auto", "0.3,0.7", "card", "card.3", "1f2e3d4c", "ffffff", ""]),
    st.text(max_size=6).map(lambda text: quote(text, errors="ignore") if text.isprintable() else "x"),
)
_names = st.sampled_from(
    ["w", "h", "width", "height", "p", "preset", "f", "format", "v", "e"]
    + ["utm_source", "fbclid", "_", "W", "w%20", "%77"]
    + [name for field in FIELDS for name in (field.short, field.name)]
)
_pairs = st.one_of(
    st.tuples(st.sampled_from(["w", "h", "width", "%68"]), _numbers),
    st.tuples(st.sampled_from(["f", "format"]), st.sampled_from([*CLASSES, "auto"])),
    st.tuples(st.sampled_from(["fit"]), st.sampled_from(["cover", "inside"])),
    st.tuples(_names, _words),
)
queries = st.lists(_pairs, max_size=5, unique_by=lambda pair: pair[0]).map(
    lambda pairs: "&".join(f"{name}={value}" for name, value in pairs)
)


def rewrite(query: str, accept: str = "*/*") -> VariantKey:
    """The variant key for an unsigned URL. Raises `EdgeError`."""
    return rewrite_url("/photos/a.jpg", query, accept, POLICY, _no_key, 0).variant


@settings(max_examples=400)
@given(queries, st.one_of(st.sampled_from([*ACCEPTS.values()]), st.text(max_size=30)))
@example("w=299&h=201&v=00000000&utm_x=1", "image/webp")
@example("rotate=360&q=75&up=0&g=focal&w=1", "")
def test_an_unsigned_url_is_one_of_the_counted_variants(query: str, accept: str) -> None:
    try:
        key = rewrite(query, accept)
    except EdgeError:
        return
    recipe = parse_slug(key.slug)
    assert isinstance(recipe, PresetRef) or (recipe, key.format_class) in COUNTED
    assert (key.key, key.rev) == ("photos/a.jpg", POLICY.rev)


@given(requests())
def test_an_unsigned_request_is_rejected_or_raised_to_a_counted_recipe(request: ImageRequest) -> None:
    try:
        recipe = request.authorise(POLICY, lambda _: pytest.fail("no signature to verify"), 0)
    except Forbidden:
        return
    assert isinstance(recipe, PresetRef) or recipe in POLICY.unsigned()
    assert request.expires is None


def test_every_counted_variant_is_served_without_a_signature() -> None:
    reached = set()
    for recipe in POLICY.unsigned():
        for name in CLASSES:
            format = "auto" if name in ACCEPTS and name == "basic" else name
            query = ImageRequest("photos/a.jpg", recipe, format).spell().partition("?")[2]
            key = rewrite(query, ACCEPTS.get(name, "*/*"))
            reached.add((parse_slug(key.slug), key.format_class))
    assert reached == COUNTED
    assert len(reached) == POLICY.count_unsigned() == 1254


@settings(max_examples=100)
@given(queries)
def test_if_every_url_must_be_signed_no_unsigned_one_is_served(query: str) -> None:
    always = replace(POLICY, signed="always")
    assert (always.unsigned(), always.count_unsigned(presets=5)) == (set(), 0)
    try:
        request = parse_url("/photos/a.jpg", query, always)
    except EdgeError:
        return
    with pytest.raises(Forbidden):
        request.authorise(always, lambda _: None, 0)


def test_a_recipe_off_the_ladder_is_rejected() -> None:
    with pytest.raises(Forbidden):
        rewrite("w=300&h=300&fit=contain")


def _no_key(_key_id: str) -> None:
    """The site has no signing keys."""


@pytest.mark.parametrize(("query", "version"), [("w=300&v=1f2e3d4c", "1f2e3d4c"), ("w=300", "any")])
def test_the_version_of_the_url_is_that_of_the_variant_key(query: str, version: str) -> None:
    assert rewrite_url("/a.jpg", query, "*/*", POLICY, _no_key, 0).variant.version == version


@pytest.mark.parametrize(
    ("query", "verified"),
    [
        ("", ""),
        ("utm_source=x", ""),
        ("width=301&utm_x=1", "w=301"),
        ("v=1f2e3d4c&f=webp&p=card", "p=card&f=webp&v=1f2e3d4c"),
    ],
)
def test_the_verified_query_is_that_of_the_url_in_its_canonical_spelling(query: str, verified: str) -> None:
    assert rewrite_url("/a.jpg", query, "*/*", POLICY, _no_key, 0).query == verified
    assert rewrite_url("/a.jpg", verified, "*/*", POLICY, _no_key, 0).query == verified
