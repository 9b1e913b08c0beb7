"""Signatures and key rings."""

from __future__ import annotations

import pytest

from edge.errors import Forbidden
from edge.signing import KEEP_SECONDS, Claim, Key, KeyRing

OLD = Key("old", b"o" * 32, 0)
NEW = Key("new", b"n" * 32, 1_000_000)
CLAIM = Claim("photos/é.jpg", "w333")


def test_a_signature_is_a_key_id_and_128_bits() -> None:
    assert CLAIM.sign(OLD) == "old.uACo0EoSB0hc9oz6O87tGg"


def test_both_keys_verify() -> None:
    ring = KeyRing(NEW, OLD)
    for key in (OLD, NEW):
        CLAIM.verify(CLAIM.sign(key), ring.find, 0)


@pytest.mark.parametrize("signature", ["", "old", "old.", "gone.uACo0EoSB0hc9oz6O87tGg", "old.AAAAAAAAAAAAAAAAAAAAAA"])
def test_any_other_signature_is_wrong(signature: str) -> None:
    with pytest.raises(Forbidden) as refused:
        CLAIM.verify(signature, KeyRing(OLD).find, 0)
    assert refused.value.code == "signature_wrong"


def test_a_signature_repeated_or_padded_is_wrong() -> None:
    good = CLAIM.sign(OLD)
    for signature in (good + good, good + "=", good + "A", " " + good):
        with pytest.raises(Forbidden):
            CLAIM.verify(signature, KeyRing(OLD).find, 0)


def test_a_new_key_signs_only_when_every_edge_knows_it() -> None:
    ring = KeyRing(NEW, OLD)
    assert ring.signer(NEW.created + 2 * KEEP_SECONDS - 1) == OLD
    assert ring.signer(NEW.created + 2 * KEEP_SECONDS) == NEW
    assert KeyRing(NEW).signer(NEW.created) == NEW


def test_a_key_reads_back_and_hides_its_secret() -> None:
    key = Key.generate(5)
    assert Key.parse(key.as_json()) == key
    assert key.secret.hex() not in repr(key)
    assert "secret" not in repr(key)


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"id":"a","key":"zz","created":0}', '{"id":"a","key":"00"}'])
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        Key.parse(text)
