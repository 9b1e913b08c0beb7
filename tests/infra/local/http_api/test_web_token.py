"""Tokens for development: which are good, and that no other one is."""

from __future__ import annotations

import hmac
import json
import time
from base64 import urlsafe_b64encode
from typing import Any

import pytest

from infra.local.http_api.api import Tokens
from infra.local.http_api.web_token import issue, verified_claims

#: A moment that tests are not run after.
FAR = 4_000_000_000
TOKENS, SECRET = Tokens("https://issuer.example", ("programs", "people")), b"s" * 32
HEADER = {"alg": "HS256", "typ": "JWT"}


def encoded(value: object) -> str:
    return urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def signed(header: object = HEADER, secret: bytes = SECRET, **claims: Any) -> str:
    text = f"{encoded(header)}.{encoded({'iss': TOKENS.issuer, 'aud': 'programs', **claims})}"
    signature = hmac.digest(secret, text.encode(), "sha256")
    return f"{text}.{urlsafe_b64encode(signature).rstrip(b'=').decode()}"


def test_what_is_issued_is_good_until_it_expires() -> None:
    claims = verified_claims(issue(TOKENS, SECRET, 60), TOKENS, SECRET)
    assert claims is not None
    assert (claims["iss"], claims["aud"]) == ("https://issuer.example", "programs")
    assert 0 < claims["exp"] - time.time() <= 60
    assert verified_claims(issue(TOKENS, SECRET, 0), TOKENS, SECRET) is None


@pytest.mark.parametrize("claims", [{}, {"aud": ["others", "people"]}, {"exp": FAR}, {"nbf": 1, "iat": 1}])
def test_a_token_for_one_of_the_audiences_is_good(claims: dict[str, Any]) -> None:
    assert verified_claims(signed(**claims), TOKENS, SECRET) is not None


def test_the_client_id_stands_for_the_audience() -> None:
    """As with tokens of Cognito."""
    text = f"{encoded(HEADER)}.{encoded({'iss': TOKENS.issuer, 'client_id': 'people'})}"
    signature = urlsafe_b64encode(hmac.digest(SECRET, text.encode(), "sha256")).rstrip(b"=").decode()
    assert verified_claims(f"{text}.{signature}", TOKENS, SECRET) is not None


BAD = {
    "another issuer": signed(iss="https://other.example"),
    "another audience": signed(aud="others"),
    "no audience": signed(aud=None),
    "expired": signed(exp=time.time() - 1),
    "an expiry that is no number": signed(exp="never"),
    "from the future": signed(nbf=FAR),
    "issued in the future": signed(iat=FAR),
    "another secret": signed(secret=b"t" * 32),
    "no algorithm": signed({"alg": "none", "typ": "JWT"}),
    "another algorithm": signed({"alg": "RS256", "typ": "JWT"}),
    "no signature": signed().rpartition(".")[0] + ".",
    "a part too many": signed() + ".a",
    "a part missing": signed().partition(".")[2],
    "nothing": "",
    "no text": "é.é.é",
    "too long": signed(x="a" * 9000),
    "no JSON": "e30.e30.e30",
}


@pytest.mark.parametrize("name", BAD)
def test_no_other_token_is_good(name: str) -> None:
    assert verified_claims(BAD[name], TOKENS, SECRET) is None


@pytest.mark.parametrize("part", ["!", "W10", "MQ", "bm90IGpzb24", "W" * 8000])
def test_a_signed_part_that_is_no_object_is_not_good(part: str) -> None:
    text = f"{part}.{part}"
    signature = urlsafe_b64encode(hmac.digest(SECRET, text.encode(), "sha256")).rstrip(b"=").decode()
    assert verified_claims(f"{text}.{signature}", TOKENS, SECRET) is None
