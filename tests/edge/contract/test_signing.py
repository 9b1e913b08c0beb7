"""Signatures and key rings: a signature is valid for every spelling of one meaning, and for no other meaning."""

from __future__ import annotations

import hmac
import re
import unicodedata
from dataclasses import replace
from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from edge.contract.errors import EdgeError, Forbidden
from edge.contract.recipe import FIELDS
from edge.contract.request import ImageRequest
from edge.contract.signing import KEEP_SECONDS, Claim, KeyRing, SigningKey
from edge.contract.url import MAX_QUERY, parse_url
from tests.edge.contract.strategies import POLICY, requests

OLD = SigningKey("old", b"o" * 32, 0)
NEW = SigningKey("new", b"n" * 32, 1_000_000)
CLAIM = Claim("photos/é.jpg", "w333")


def test_a_signature_is_a_key_id_and_128_bits() -> None:
    assert CLAIM.sign(OLD) == "old.uACo0EoSB0hc9oz6O87tGg"


def test_both_keys_verify() -> None:
    ring = KeyRing(NEW, OLD)
    for key in (OLD, NEW):
        CLAIM.verify(CLAIM.sign(key), ring.find, 0)


@pytest.mark.parametrize("signature", ["", "old", "old.", "gone.uACo0EoSB0hc9oz6O87tGg", "old.AAAAAAAAAAAAAAAAAAAAAA"])
def test_any_other_signature_is_rejected(signature: str) -> None:
    with pytest.raises(Forbidden) as rejected:
        CLAIM.verify(signature, KeyRing(OLD).find, 0)
    assert rejected.value.code == "signature_wrong"


def test_a_repeated_or_padded_signature_is_rejected() -> None:
    valid = CLAIM.sign(OLD)
    for signature in (valid + valid, valid + "=", valid + "A", " " + valid):
        with pytest.raises(Forbidden):
            CLAIM.verify(signature, KeyRing(OLD).find, 0)


def test_a_new_key_signs_only_after_every_edge_has_read_it() -> None:
    ring = KeyRing(NEW, OLD)
    assert ring.signer(NEW.created + 2 * KEEP_SECONDS - 1) == OLD
    assert ring.signer(NEW.created + 2 * KEEP_SECONDS) == NEW
    assert KeyRing(NEW).signer(NEW.created) == NEW


def test_a_key_survives_a_round_trip_and_does_not_print_its_secret() -> None:
    key = SigningKey.generate(5)
    assert SigningKey.parse(key.as_json()) == key
    assert key.secret.hex() not in repr(key)
    assert "secret" not in repr(key)


@pytest.mark.parametrize(
    "text",
    ["", "{}", "[]", "null", "5", '{"id":"a","key":"zz","created":0}', '{"id":"a","key":"00"}']
    + [f'{{"id":"a","key":"{secret}","created":0}}' for secret in ("", "00" * 15)]
    + [f'{{"id":{id_},"key":"{"00" * 16}","created":0}}' for id_ in ('""', '"A"', '"a.b"', '"é"', f'"{"a" * 17}"', "5")]
    + [f'{{"id":"a","key":"{"00" * 16}","created":{created}}}' for created in ("null", "Infinity", "NaN", '"x"')],
)
def test_an_invalid_key_is_rejected(text: str) -> None:
    with pytest.raises(ValueError):
        SigningKey.parse(text)


def test_signatures_are_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[int] = []

    def compare(ours: bytes, theirs: bytes) -> bool:
        compared.append(len(theirs))
        return ours == theirs

    monkeypatch.setattr(hmac, "compare_digest", compare)
    valid = CLAIM.sign(OLD)
    CLAIM.verify(valid, KeyRing(OLD).find, 0)
    with pytest.raises(Forbidden):
        CLAIM.verify("old." + "A" * 22, KeyRing(OLD).find, 0)
    assert compared == [len(valid)] * 2


ALWAYS = replace(POLICY, signed="always")
RING = KeyRing(OLD)
LONG_NAMES = {field.short: field.name for field in FIELDS} | {
    "p": "preset",
    "f": "format",
    "e": "expires",
    "s": "signature",
}
NOW = 0.0


def spell(signed: ImageRequest, random: Random) -> tuple[str, str]:
    """Path and query of the same meaning: long names, another order, unneeded escapes, NFD, trackers."""

    def escaped(text: str) -> str:
        return "".join(f"%{byte:02x}" if random.random() < 0.3 else chr(byte) for byte in text.encode())

    pairs = [pair.split("=") for pair in signed.spell().partition("?")[2].split("&")]
    pairs += [["utm_source", "x"], ["_", "1"]]
    random.shuffle(pairs)
    spelled = [(random.choice([name, LONG_NAMES.get(name, name)]), value) for name, value in pairs]
    query = "&".join(f"{escaped(name)}={escaped(value)}" for name, value in spelled)
    key = random.choice([signed.key, unicodedata.normalize("NFD", signed.key)])
    path = "".join(f"%{byte:02X}" for byte in key.encode())
    return "/" + path.replace("%2F", "/"), query


@given(requests(), st.randoms(use_true_random=False))
def test_every_spelling_of_one_meaning_has_one_signature(request: ImageRequest, random: Random) -> None:
    signed = request.signed(ALWAYS, RING, NOW)
    uri, query = spell(signed, random)
    assume(len(query) <= MAX_QUERY)
    read = parse_url(uri, query, ALWAYS)
    assert read.signature == signed.signature
    assert read.authorise(ALWAYS, RING.find, NOW) == request.recipe


@given(requests(), requests(), st.sets(st.sampled_from(["key", "recipe", "format", "expires"]), min_size=1))
def test_another_meaning_has_another_signature(request: ImageRequest, other: ImageRequest, changed: set[str]) -> None:
    forged = replace(request, **{name: getattr(other, name) for name in changed})
    assume(forged.claim != request.claim)
    signature = request.signed(ALWAYS, RING, NOW).signature
    with pytest.raises(Forbidden, match="not valid for"):
        replace(forged, signature=signature).authorise(ALWAYS, RING.find, NOW)


@given(requests(), st.integers(0, 10_000), st.characters(min_codepoint=33, max_codepoint=126))
def test_no_changed_character_gives_a_signed_url_another_meaning(request: ImageRequest, at: int, letter: str) -> None:
    """A URL that is still accepted has the same meaning, such as one with another version, which is not signed."""
    signed = request.signed(ALWAYS, RING, NOW)
    url = signed.spell()
    at %= len(url)
    uri, _, query = (url[:at] + letter + url[at + 1 :]).partition("?")
    try:
        read = parse_url(uri, query, ALWAYS)
        read.authorise(ALWAYS, RING.find, NOW)
    except EdgeError:
        return
    assert read.claim == signed.claim


def test_no_two_meanings_are_signed_as_the_same_message() -> None:
    """No part can contain the separator, so no text can move from one part to the next."""
    claims = [Claim("a.jpg", "w333", "auto", 5), Claim("a.jpg", "w333", "auto5"), Claim("a.jpg", "w33", "3auto", 5)]
    assert len({claim.sign(OLD) for claim in claims}) == len(claims)
    with pytest.raises(EdgeError):
        parse_url("/a.jpg%00w333", "w=333", ALWAYS)


def test_a_generated_key_has_8_hex_digits_and_256_bits() -> None:
    key = SigningKey.generate(7)
    assert re.fullmatch("[0-9a-f]{8}", key.id)
    assert (len(key.secret), key.created) == (32, 7)


def test_a_secret_of_128_bits_is_long_enough() -> None:
    text = f'{{"id": "a", "key": "{"00" * 16}", "created": 0}}'
    assert SigningKey.parse(text).secret == bytes(16)


def test_edges_cache_keys_for_an_hour_by_default() -> None:
    ring = KeyRing(SigningKey("a", bytes(16), 1000))
    assert (ring.keep, ring.signs_from) == (3600, 8200)


def test_a_key_may_be_rotated_a_day_after_the_current_one_began_to_sign() -> None:
    """By then no page in use has a URL that the previous key signed."""
    assert KeyRing(NEW, OLD, keep=60).rotates_from == 1_000_000 + 2 * 60 + 24 * 3600


def test_a_single_key_may_be_rotated_at_once() -> None:
    assert KeyRing(NEW).rotates_from == 0
