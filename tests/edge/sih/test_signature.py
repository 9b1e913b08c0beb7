"""Signatures and expiry as that product checks them."""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime

import pytest

from edge.sih.errors import SihError
from edge.sih.query import parse_query
from edge.sih.signature import check_signature, seconds_left, spellings

KEY = b"0123456789abcdef"
NOW = datetime(2026, 1, 1, 12, 0, 0, tzinfo=UTC)


def sign(text: str, key: bytes = KEY) -> str:
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def check(path: str, query: str) -> None:
    check_signature((path, path.replace(" ", "%20")), parse_query(query, strict=False), lambda: KEY)


def test_a_path_and_its_sorted_query_are_signed() -> None:
    check("/a.jpg", f"signature={sign('/a.jpg')}")
    signed = sign("/a.jpg?expires=20270101T000000Z&width=300")
    for query in (
        f"width=300&expires=20270101T000000Z&signature={signed}",
        f"signature={signed}&expires=20270101T000000Z&width=300",
    ):
        check("/a.jpg", query)


def test_a_path_may_be_signed_encoded_or_decoded() -> None:
    for spelled in ("/a b.jpg", "/a%20b.jpg"):
        check("/a b.jpg", f"signature={sign(spelled)}")


def test_a_path_is_known_in_each_spelling_that_clients_use() -> None:
    path = "/filters:blur(4)/caf\u00e9 a+b.jpg"
    assert spellings(path, "/raw") == {
        path,
        "/raw",
        "/filters:blur(4)/caf%C3%A9%20a+b.jpg",
        "/filters%3Ablur(4)/caf%C3%A9%20a%2Bb.jpg",
    }


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("", 400, "AuthorizationQueryParametersError"),
        ("signature=", 400, "AuthorizationQueryParametersError"),
        ("signature=00", 403, "SignatureDoesNotMatch"),
        (f"signature={sign('/b.jpg')}", 403, "SignatureDoesNotMatch"),
        (f"signature={sign('/a.jpg', b'another key, long')}", 403, "SignatureDoesNotMatch"),
        (f"signature={sign('/a.jpg').upper()}", 403, "SignatureDoesNotMatch"),
        (f"signature={sign('/a.jpg')}&width=300", 403, "SignatureDoesNotMatch"),
        (f"signature={sign('/a.jpg')}&quality=3", 403, "SignatureDoesNotMatch"),
        (f"signature={sign('/a.jpg')}{sign('/a.jpg')}", 403, "SignatureDoesNotMatch"),
        ("signature=%C3%A9", 403, "SignatureDoesNotMatch"),
    ],
)
def test_a_missing_or_wrong_signature_is_refused(query: str, status: int, code: str) -> None:
    with pytest.raises(SihError) as raised:
        check("/a.jpg", query)
    assert (raised.value.status, raised.value.code) == (status, code)


def test_an_expiry_gives_the_seconds_that_are_left() -> None:
    assert seconds_left(None, NOW) is None
    assert seconds_left("20260101T120130Z", NOW) == 90
    assert seconds_left("20260101T120000Z", NOW) == 0


@pytest.mark.parametrize(
    ("expires", "code"),
    [
        ("20260101T115959Z", "ImageRequestExpired"),
        ("20261301T000000Z", "ImageRequestExpiryFormat"),
        ("20260230T000000Z", "ImageRequestExpiryFormat"),
        ("20260101T120000", "ImageRequestExpiryFormat"),
        ("1767268800", "ImageRequestExpiryFormat"),
        ("\u0662\u0660260101T120000Z", "ImageRequestExpiryFormat"),
        ("", "ImageRequestExpiryFormat"),
    ],
)
def test_a_past_or_invalid_expiry_is_refused(expires: str, code: str) -> None:
    with pytest.raises(SihError) as raised:
        seconds_left(expires, NOW)
    assert (raised.value.status, raised.value.code) == (400, code)
