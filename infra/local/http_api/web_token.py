"""JSON Web Tokens for development: this machine issues them, and verifies them as API Gateway verifies an issuer's.

There is no issuer with public keys here, so they are signed with HS256 and a secret of this machine. API Gateway itself
accepts RSA signatures only:
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
"""

from __future__ import annotations

import binascii
import hmac
import json
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

from infra.local.http_api.api import Tokens

_HEADER = {"alg": "HS256", "typ": "JWT"}
#: The longest token that is looked at.
_MAX_TOKEN = 8192


def issue(tokens: Tokens, secret: bytes, seconds: int) -> str:
    """A token for the first audience, which is good for so many ``seconds``."""
    now = int(time.time())
    claims = {"iss": tokens.issuer, "aud": tokens.audiences[0], "sub": "local", "iat": now, "exp": now + seconds}
    signed = ".".join(_encode(json.dumps(part).encode()) for part in (_HEADER, claims))
    return f"{signed}.{_signature(signed, secret)}"


def verified_claims(token: str, tokens: Tokens, secret: bytes) -> dict[str, Any] | None:
    """What ``token`` claims; None if it is not good."""
    signed, _, signature = token.rpartition(".")
    if len(token) > _MAX_TOKEN or not token.isascii() or signed.count(".") != 1:
        return None
    if not hmac.compare_digest(signature, _signature(signed, secret)):
        return None
    header, claims = (_decode(part) for part in signed.split("."))
    return claims if header == _HEADER and claims is not None and _is_good(claims, tokens) else None


def _is_good(claims: dict[str, Any], tokens: Tokens) -> bool:
    audience = claims.get("aud", claims.get("client_id"))
    audiences = audience if isinstance(audience, list) else [audience]
    now = time.time()
    return (
        claims.get("iss") == tokens.issuer
        and any(each in tokens.audiences for each in audiences)
        and _is_number(claims.get("exp", now + 1), above=now)
        and all(_is_number(claims.get(name, now), below=now) for name in ("nbf", "iat"))
    )


def _is_number(value: object, *, above: float = float("-inf"), below: float = float("inf")) -> bool:
    return isinstance(value, int | float) and above < value <= below


def _signature(signed: str, secret: bytes) -> str:
    return _encode(hmac.digest(secret, signed.encode("ascii"), "sha256"))


def _encode(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def _decode(part: str) -> dict[str, Any] | None:
    try:
        value = json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
