"""Signatures: who may have what the ladder does not list (contract 1). HMAC-SHA256 over the meaning of a URL."""

from __future__ import annotations

import hmac
import json
import re
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, field

from edge.contract.errors import Forbidden, ServiceUnavailable

#: How long an edge keeps the keys that it has read, in seconds, where their place does not say.
KEEP_SECONDS = 300
_BYTES = 16
_KEY_ID = re.compile(r"[a-z0-9]{1,16}")
SIGNATURE = re.compile(r"([a-z0-9]{1,16})\.([A-Za-z0-9_-]{22})")


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A signing key: public ``id``, the secret, and when it was made (unix time)."""

    id: str
    secret: bytes = field(repr=False)
    created: int

    @classmethod
    def parse(cls, text: str) -> SigningKey:
        """From ``{"id": "…", "key": "<hex>", "created": <unix time>}``; `ValueError` where it is none.

        A secret of less than 128 bits is none either: with an empty one, anybody could sign.
        """
        try:
            value = json.loads(text)
            key = cls(value["id"], bytes.fromhex(value["key"]), int(value["created"]))
            known = _KEY_ID.fullmatch(key.id)
        except (KeyError, TypeError, OverflowError) as error:
            raise ValueError(f"not a signing key: {error}") from None
        if not known or len(key.secret) < _BYTES:
            raise ValueError("not a signing key: its id is not a-z 0-9, or it is shorter than 128 bits")
        return key

    @classmethod
    def generate(cls, now: int) -> SigningKey:
        return cls(secrets.token_hex(4), secrets.token_bytes(32), now)

    def as_json(self) -> str:
        return json.dumps({"id": self.id, "key": self.secret.hex(), "created": self.created})


@dataclass(frozen=True, slots=True)
class KeyRing:
    """The current key and the one before it. Both verify. Edges keep them for ``keep`` seconds."""

    current: SigningKey
    previous: SigningKey | None = None
    keep: int = KEEP_SECONDS

    @property
    def signs_from(self) -> int:
        """When the current key begins to sign (unix time): every edge surely knows it by then."""
        return self.current.created + 2 * self.keep

    def signer(self, now: float) -> SigningKey:
        """The key to sign with: the previous one until every edge surely knows the current one."""
        if self.previous is not None and now < self.signs_from:
            return self.previous
        return self.current

    def rotated(self, key: SigningKey) -> KeyRing:
        """The ring with ``key`` as its current one. What was previous no longer verifies."""
        return KeyRing(key, self.current, self.keep)

    def find(self, key_id: str) -> SigningKey | None:
        return next((key for key in (self.current, self.previous) if key is not None and key.id == key_id), None)


@dataclass(frozen=True, slots=True)
class Claim:
    """What a signature vouches for: the key (NFC), the unsnapped recipe's slug, the format and the expiry."""

    key: str
    slug: str
    format: str = "auto"
    expires: int | None = None

    def sign(self, signer: SigningKey) -> str:
        """``<key id>.<128 bits, base64url>``."""
        message = f"ih1\0{self.key}\0{self.slug}\0{self.format}\0{self.expires or ''}"
        digest = hmac.digest(signer.secret, message.encode(), "sha256")[:_BYTES]
        return f"{signer.id}.{urlsafe_b64encode(digest).decode().rstrip('=')}"

    def verify(self, signature: str, find: Callable[[str], SigningKey | None], now: float) -> None:
        """Raises `Forbidden` unless ``signature`` is good now. ``find`` gives the key of an id."""
        match = SIGNATURE.fullmatch(signature)
        key = find(match[1]) if match else None
        if key is None or not hmac.compare_digest(self.sign(key).encode(), signature.encode()):
            raise Forbidden("signature_wrong", "The signature (s) is not the one for this picture, size and format.")
        if self.expires is not None and now >= self.expires:
            raise Forbidden("signature_expired", "This URL has expired (e is in the past).")


def no_keys(reason: str) -> ServiceUnavailable:
    """The answer where no key can be had: never a pass."""
    return ServiceUnavailable("signing_keys_unavailable", reason)
