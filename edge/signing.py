"""Signatures: who may have what the ladder does not list (contract 1). HMAC-SHA256 over the meaning of a URL."""

from __future__ import annotations

import hmac
import json
import re
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, field

from edge.errors import Forbidden, Unavailable

#: How long an edge keeps the keys that it has read, in seconds.
KEEP_SECONDS = 300
#: A key newer than this does not sign yet: some edge may not know it.
_SETTLE_SECONDS = 2 * KEEP_SECONDS
_BYTES = 16
SIGNATURE = re.compile(r"([a-z0-9]{1,16})\.([A-Za-z0-9_-]{22})")


@dataclass(frozen=True, slots=True)
class Key:
    """A signing key: public ``id``, the secret, and when it was made (unix time)."""

    id: str
    secret: bytes = field(repr=False)
    created: int

    @classmethod
    def parse(cls, text: str) -> Key:
        """From ``{"id": "…", "key": "<hex>", "created": <unix time>}``; `ValueError` where it is none."""
        try:
            value = json.loads(text)
            return cls(value["id"], bytes.fromhex(value["key"]), int(value["created"]))
        except (KeyError, TypeError) as error:
            raise ValueError(f"not a signing key: {error}") from None

    @classmethod
    def generate(cls, now: int) -> Key:
        return cls(secrets.token_hex(4), secrets.token_bytes(32), now)

    def as_json(self) -> str:
        return json.dumps({"id": self.id, "key": self.secret.hex(), "created": self.created})


@dataclass(frozen=True, slots=True)
class KeyRing:
    """The current key and the one before it. Both verify."""

    current: Key
    previous: Key | None = None

    def signer(self, now: float) -> Key:
        """The key to sign with: the previous one until every edge surely knows the current one."""
        if self.previous is not None and now - self.current.created < _SETTLE_SECONDS:
            return self.previous
        return self.current

    def find(self, key_id: str) -> Key | None:
        return next((key for key in (self.current, self.previous) if key is not None and key.id == key_id), None)


@dataclass(frozen=True, slots=True)
class Claim:
    """What a signature vouches for: the key (NFC), the unsnapped recipe's slug, the format and the expiry."""

    key: str
    slug: str
    format: str = "auto"
    expires: int | None = None

    def sign(self, signer: Key) -> str:
        """``<key id>.<128 bits, base64url>``."""
        message = f"ih1\0{self.key}\0{self.slug}\0{self.format}\0{self.expires or ''}"
        digest = hmac.digest(signer.secret, message.encode(), "sha256")[:_BYTES]
        return f"{signer.id}.{urlsafe_b64encode(digest).decode().rstrip('=')}"

    def verify(self, signature: str, find: Callable[[str], Key | None], now: float) -> None:
        """Raises `Forbidden` unless ``signature`` is good now. ``find`` gives the key of an id."""
        match = SIGNATURE.fullmatch(signature)
        key = find(match[1]) if match else None
        if key is None or not hmac.compare_digest(self.sign(key).encode(), signature.encode()):
            raise Forbidden("signature_wrong", "The signature (s) is not the one for this picture, size and format.")
        if self.expires is not None and now >= self.expires:
            raise Forbidden("signature_expired", "This URL has expired (e is in the past).")


def no_keys(reason: str) -> Unavailable:
    """The answer where no key can be had: never a pass."""
    return Unavailable("signing_keys_unavailable", reason)
