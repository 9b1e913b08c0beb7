"""Who may request what: unsigned URLs are raised to the ladder, signed ones are served unchanged."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given

from edge.contract.errors import BadRequest, Forbidden
from edge.contract.recipe import PresetRef, Recipe, make_recipe
from edge.contract.request import ImageRequest, NoSigningKey
from edge.contract.signing import KeyRing, SigningKey
from edge.contract.url import parse_url
from tests.edge.contract.strategies import POLICY, requests

KEY = SigningKey("k1", b"secret", 0)
RING = KeyRing(KEY)
NOW = 1_000_000.0


def parse(url: str) -> ImageRequest:
    path, _, query = url.partition("?")
    return parse_url(path, query, POLICY)


def allowed(url: str) -> Recipe | PresetRef:
    return parse(url).authorise(POLICY, RING.find, NOW)


@given(requests())
def test_a_signed_url_is_served_unchanged(request: ImageRequest) -> None:
    request = replace(request, expires=None)
    signed = parse(request.signed(POLICY, RING, NOW).spell())
    assert signed.authorise(POLICY, RING.find, NOW) == request.recipe
    assert (signed.signature is None) == POLICY.on_ladder(request.recipe)


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
def test_an_unsigned_url_is_raised_to_the_ladder(url: str, slug: str) -> None:
    assert allowed(url).slug == slug


@pytest.mark.parametrize(
    "query", ["q=50", "w=300&q=50", "w=300&h=300&fit=fill", "w=300&h=300&g=north", "blur=3", "w=300&e=2000000"]
)
def test_a_recipe_off_the_ladder_needs_a_signature(query: str) -> None:
    with pytest.raises(Forbidden) as rejected:
        allowed("/a.jpg?" + query)
    assert rejected.value.code == "signature_missing"


def test_a_signature_is_valid_for_one_meaning_only() -> None:
    signed = ImageRequest("a.jpg", make_recipe({"width": 333}), "webp").signed(POLICY, RING, NOW)
    other = make_recipe({"width": 334})
    for change in ({"key": "b.jpg"}, {"recipe": other}, {"format": "avif"}, {"expires": 2_000_000}):
        with pytest.raises(Forbidden, match="not valid for this image"):
            replace(signed, **change).authorise(POLICY, RING.find, NOW)
    assert replace(signed, version="0123abcd").authorise(POLICY, RING.find, NOW) == signed.recipe


def test_the_signature_of_a_preset_covers_its_name_and_no_revision() -> None:
    policy = replace(POLICY, signed="always")
    signed = ImageRequest("a.jpg", PresetRef("card")).signed(policy, RING, NOW)
    pinned = replace(signed, recipe=PresetRef("card", 3))
    assert pinned.authorise(policy, RING.find, NOW) == PresetRef("card", 3)
    with pytest.raises(Forbidden):
        replace(signed, recipe=PresetRef("poster")).authorise(policy, RING.find, NOW)


def test_hard_limits_apply_to_signed_urls() -> None:
    with pytest.raises(BadRequest, match="at most 4096"):
        ImageRequest("a.jpg", make_recipe({"width": 5000})).signed(POLICY, RING, NOW)
    signature = ImageRequest("a.jpg", make_recipe({"width": 5000})).claim.sign(KEY)
    with pytest.raises(BadRequest, match="at most 4096"):
        allowed(f"/a.jpg?w=5000&s={signature}")


def test_a_signed_url_expires() -> None:
    signed = ImageRequest("a.jpg", make_recipe({"width": 333}), expires=int(NOW) + 1).signed(POLICY, RING, NOW)
    assert signed.authorise(POLICY, RING.find, NOW) == signed.recipe
    with pytest.raises(Forbidden) as rejected:
        signed.authorise(POLICY, RING.find, NOW + 1)
    assert rejected.value.code == "signature_expired"


def test_a_policy_can_require_a_signature_on_every_url() -> None:
    policy = replace(POLICY, signed="always")
    with pytest.raises(Forbidden, match="Every URL"):
        parse_url("/a.jpg", "w=300", policy).authorise(policy, RING.find, NOW)
    signed = ImageRequest("a.jpg", make_recipe({"width": 300})).signed(policy, RING, NOW)
    assert signed.authorise(policy, RING.find, NOW) == signed.recipe


def test_a_size_off_the_ladder_cannot_be_signed_without_a_key() -> None:
    with pytest.raises(NoSigningKey, match="50 100 150 200 300"):
        ImageRequest("a.jpg", make_recipe({"width": 333})).signed(POLICY, None, NOW)
