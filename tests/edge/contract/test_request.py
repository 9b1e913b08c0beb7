"""The public URL: its grammar, who may ask for what, and its one spelling."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge import request
from edge.errors import BadRequest, EdgeError, Forbidden
from edge.recipe import FIELDS, PresetRef, Recipe, make
from edge.request import NoSigningKey, Request
from edge.signing import Key, KeyRing
from tests.edge.contract.strategies import POLICY, recipes, requests

KEY = Key("k1", b"secret", 0)
RING = KeyRing(KEY)
NOW = 1_000_000.0


def parse(url: str) -> Request:
    path, _, query = url.partition("?")
    return request.parse(path, query, POLICY)


def allowed(url: str) -> Recipe | PresetRef:
    return parse(url).authorise(POLICY, RING.find, NOW)


@given(requests())
def test_a_url_reads_back_as_what_it_spells(asked: Request) -> None:
    assert parse(asked.spell()) == asked


@given(recipes(), st.randoms())
def test_every_order_and_alias_is_the_same_recipe(recipe: Recipe, random: Random) -> None:
    query = Request("a.jpg", recipe).spell().partition("?")[2]
    pairs = [pair.split("=") for pair in query.split("&") if pair]
    longs = {field.short: field.name for field in FIELDS}
    random.shuffle(pairs)
    assert parse("/a.jpg?" + "&".join(f"{longs[name]}={value}" for name, value in pairs)).what == recipe


@given(requests())
def test_a_signed_url_is_served_exactly_as_asked(asked: Request) -> None:
    asked = replace(asked, expires=None)
    signed = parse(asked.signed(POLICY, RING, NOW).spell())
    assert signed.authorise(POLICY, RING.find, NOW) == asked.what
    assert (signed.signature is None) == POLICY.on_ladder(asked.what)


@given(st.text(max_size=30), st.text(max_size=60))
def test_any_url_is_a_request_or_one_of_our_errors(path: str, query: str) -> None:
    try:
        request.parse("/" + path, query, POLICY).authorise(POLICY, RING.find, NOW)
    except EdgeError as error:
        assert error.status in (400, 403)
        assert len(error.message) < 600


@pytest.mark.parametrize(
    ("url", "slug"),
    [
        ("/images/photo.png?w=150&h=150", "w150_h150_fcover"),
        ("/image.png?w=300", "w300"),
        ("/photo.jpg", "full"),
        ("/photo.jpg?w=0", "full"),
        ("/photo.jpg?w=99999", "w2560"),
        ("/photo.jpg?w=301", "w400"),
        ("/photo.jpg?w=301&h=299", "w400_h400_fcover"),
        ("/photo.jpg?w=800&h=450&fit=inside", "w800_h450_finside"),
        ("/photo.jpg?p=card.3", "p.card.3"),
        ("/photo.jpg?preset=card&format=webp&v=0123abcd", "p.card"),
        ("/photo.jpg?w=300&utm_source=x&fbclid=1&gclid=2&_=3", "w300"),
        ("/photo.jpg?w=%33%30%30", "w300"),
        ("/photo.jpg?&w=300&&", "w300"),
    ],
)
def test_what_a_visitor_without_a_signature_gets(url: str, slug: str) -> None:
    assert allowed(url).slug == slug


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("w=abc", "w takes a width"),
        ("w=-1", "w takes a width"),
        ("w=1e9", "w takes a width"),
        ("w=", "w takes a width"),
        ("w", "w takes a width"),
        ("w=٣", "w takes a width"),
        ("w=%D9%A3", "w takes a width"),
        ("w=99999999999", "w takes a width"),
        ("width=abc", "width takes a width"),
        ("w=3&w=3", "w is given twice"),
        ("w=3&width=4", "width is given twice"),
        ("wdith=300", "wdith is not a parameter; there are w h fit"),
        ("version=0123abcd", "version is not a parameter"),
        ("fit=crop", "one of cover contain fill inside outside"),
        ("g=0.31", "or a point such as 0.31,0.42"),
        ("g=1.2,0", "or a point"),
        ("f=jpg", "one of auto avif webp jpeg png gif"),
        ("q=0", "1 to 100"),
        ("bg=red", "rrggbb"),
        ("rotate=45.5", "whole degrees clockwise, from -360 to 360"),
        ("rotate=361", "whole degrees"),
        ("rotate=--1", "whole degrees"),
        ("up=yes", "0 or 1"),
        ("v=12", "8 hexadecimal digits"),
        ("e=soon", "unix time"),
        ("s=abc", "base64url"),
        ("p=Card", "preset's name"),
        ("p=card&w=300", "w does not go with p"),
        ("w=300&=3", " is not a parameter"),
        ("x" * 8000, "at most 2048"),
    ],
)
def test_a_parameter_that_is_not_understood_is_named_with_what_is_allowed(query: str, names: str) -> None:
    with pytest.raises(BadRequest) as refused:
        parse("/a.jpg?" + query)
    assert names in refused.value.message


@pytest.mark.parametrize(
    "path",
    [
        "/../a.jpg",
        "/%2e%2e/a.jpg",
        "/%2E%2E%2Fa.jpg",
        "//a.jpg",
        "/a%00.jpg",
        "/a%5Cb.jpg",
        "/a\\b.jpg",
        "/a%2f%2fb.jpg",
    ]
    + ["/", "/favicon.ico", "/a.jpg/any.11111111/full.avif", "a.jpg", "/%7Ea.jpg"],
)
def test_hostile_paths_are_refused(path: str) -> None:
    with pytest.raises(BadRequest):
        request.parse(path, "", POLICY)


@pytest.mark.parametrize(
    "query", ["q=50", "w=300&q=50", "w=300&h=300&fit=fill", "w=300&h=300&g=north", "blur=3", "w=300&e=2000000"]
)
def test_what_is_not_on_the_ladder_needs_a_signature(query: str) -> None:
    with pytest.raises(Forbidden) as refused:
        allowed("/a.jpg?" + query)
    assert refused.value.code == "signature_missing"


def test_a_signature_is_good_for_nothing_else() -> None:
    signed = Request("a.jpg", make({"width": 333}), "webp").signed(POLICY, RING, NOW)
    for change in ({"key": "b.jpg"}, {"what": make({"width": 334})}, {"format": "avif"}, {"expires": 2_000_000}):
        with pytest.raises(Forbidden, match="not the one for this picture"):
            replace(signed, **change).authorise(POLICY, RING.find, NOW)
    assert replace(signed, version="0123abcd").authorise(POLICY, RING.find, NOW) == signed.what


def test_hard_limits_hold_for_signed_urls() -> None:
    with pytest.raises(BadRequest, match="at most 4096"):
        Request("a.jpg", make({"width": 5000})).signed(POLICY, RING, NOW)
    signature = Request("a.jpg", make({"width": 5000})).claim.sign(KEY)
    with pytest.raises(BadRequest, match="at most 4096"):
        allowed(f"/a.jpg?w=5000&s={signature}")


def test_a_signed_url_expires() -> None:
    signed = Request("a.jpg", make({"width": 333}), expires=int(NOW) + 1).signed(POLICY, RING, NOW)
    assert signed.authorise(POLICY, RING.find, NOW) == signed.what
    with pytest.raises(Forbidden) as refused:
        signed.authorise(POLICY, RING.find, NOW + 1)
    assert refused.value.code == "signature_expired"


def test_always_asks_for_a_signature_on_every_url() -> None:
    policy = replace(POLICY, signed="always")
    with pytest.raises(Forbidden, match="Every URL"):
        request.parse("/a.jpg", "w=300", policy).authorise(policy, RING.find, NOW)
    signed = Request("a.jpg", make({"width": 300})).signed(policy, RING, NOW)
    assert signed.authorise(policy, RING.find, NOW) == signed.what


def test_without_a_key_an_odd_size_cannot_be_spelled() -> None:
    with pytest.raises(NoSigningKey, match="50 100 150 200 300"):
        Request("a.jpg", make({"width": 333})).signed(POLICY, None, NOW)
