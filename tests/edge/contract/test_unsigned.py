"""Whatever URLs somebody makes up, without a signature they mean one of the counted variants, or none."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from edge import __main__ as command
from edge import viewer_request
from edge.contract import policy
from edge.contract.errors import EdgeError, Forbidden
from edge.contract.policy import Policy
from edge.contract.recipe import FIELDS, PresetRef
from edge.contract.request import ImageRequest
from edge.contract.slug import parse_slug
from edge.contract.url import parse_url
from edge.contract.url_path import decode_path
from edge.contract.values import FITS, GRAVITIES
from edge.contract.variant_key import CLASSES, VariantKey
from edge.image.geometry import lay_out
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
    [
        "w",
        "h",
        "width",
        "height",
        "p",
        "preset",
        "f",
        "format",
        "v",
        "e",
        "utm_source",
        "fbclid",
        "_",
        "W",
        "w%20",
        "%77",
    ]
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


def served(query: str, accept: str = "*/*") -> VariantKey:
    """The variant key that viewer-request makes of it. Raises `EdgeError`."""
    return VariantKey.parse(decode_path(viewer_request.rewrite("/photos/a.jpg", query, accept)).removeprefix("/"))


@settings(max_examples=400)
@given(queries, st.one_of(st.sampled_from([*ACCEPTS.values()]), st.text(max_size=30)))
@example("w=299&h=201&v=00000000&utm_x=1", "image/webp")
@example("rotate=360&q=75&up=0&g=focal&w=1", "")
def test_what_is_served_without_a_signature_is_one_of_the_counted_variants(query: str, accept: str) -> None:
    try:
        key = served(query, accept)
    except EdgeError:
        return
    what = parse_slug(key.slug)
    assert isinstance(what, PresetRef) or (what, key.format_class) in COUNTED
    assert (key.key, key.rev) == ("photos/a.jpg", POLICY.rev)


@given(requests())
def test_a_request_without_a_signature_is_refused_or_snapped_to_a_counted_one(asked: ImageRequest) -> None:
    try:
        what = asked.authorise(POLICY, lambda _: pytest.fail("there is no signature to look at"), 0)
    except Forbidden:
        return
    assert isinstance(what, PresetRef) or what in POLICY.unsigned()
    assert asked.expires is None


def test_every_counted_variant_is_served_without_a_signature() -> None:
    reached = set()
    for recipe in POLICY.unsigned():
        for name in CLASSES:
            wanted = "auto" if name in ACCEPTS and name == "basic" else name
            query = ImageRequest("photos/a.jpg", recipe, wanted).spell().partition("?")[2]
            key = served(query, ACCEPTS.get(name, "*/*"))
            reached.add((parse_slug(key.slug), key.format_class))
    assert reached == COUNTED
    assert len(reached) == POLICY.count_unsigned() == 1254


@settings(max_examples=100)
@given(queries)
def test_where_every_url_is_signed_nothing_is_served_without(query: str) -> None:
    always = replace(POLICY, signed="always")
    assert (always.unsigned(), always.count_unsigned(presets=5)) == (set(), 0)
    try:
        asked = parse_url("/photos/a.jpg", query, always)
    except EdgeError:
        return
    with pytest.raises(Forbidden):
        asked.authorise(always, lambda _: None, 0)


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    def told(*arguments: str, rules: Policy = POLICY) -> str:
        monkeypatch.setattr(policy, "load_policy", lambda: rules)
        assert command.main(["policy", *arguments]) == 0
        return capsys.readouterr().out

    return told


def number(text: str, name: str) -> int:
    match = re.search(rf"^{name} +(\d+)", text, re.MULTILINE)
    assert match, text
    return int(match[1])


def test_the_command_prints_the_number_and_what_it_is_made_of(told: Any) -> None:
    text = told("--presets", "3")
    recipes = sum(number(text, name) for name in ("full", "one side", "two sides", "presets"))
    assert recipes * number(text, "classes") == number(text, "variants") == POLICY.count_unsigned(presets=3)
    assert " 2560\n" in text


def test_the_command_adds_up_the_pixels_of_all_variants(told: Any) -> None:
    assert number(told("--original", "4032x3024"), "megapixels") > number(told("--original", "640x480"), "megapixels")
    few = replace(POLICY, ladder=(1000,), ratios=((1, 1),), full_side=2000)
    canvases = [lay_out((2000, 1000), recipe, few).canvas for recipe in few.unsigned()]
    assert sorted(canvases) == [(1000, 500), (1000, 500), (1000, 1000), (2000, 1000), (2000, 1000)]
    assert number(told("--original", "2000x1000", rules=few), "megapixels") == 6 * 6


def test_the_command_says_where_there_is_nothing_to_count(told: Any) -> None:
    assert "Every URL needs a signature" in told(rules=replace(POLICY, signed="always"))


@pytest.mark.parametrize("size", ["40", "0x3", "3x", "axb", "1000000x1"])
def test_a_size_that_is_none_is_refused(size: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        command.main(["policy", "--original", size])
    assert "4032x3024" in capsys.readouterr().err


def test_a_recipe_beside_the_ladder_is_not_served() -> None:
    with pytest.raises(Forbidden):
        served("w=300&h=300&fit=contain")
