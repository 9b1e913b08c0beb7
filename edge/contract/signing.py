"""Signatures of URLs that the ladder does not list: HMAC-SHA256 over what a URL means.

See "Signatures" in docs/architecture.md.
"""

from __future__ import annotations

import hmac
import json
import re
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, field

from edge.contract.errors import Forbidden

#: How long an edge caches the keys, in seconds, unless their location says otherwise. Each read costs money, and an
#: unknown key id is looked up at once.
KEEP_SECONDS = 3600
#: Seconds that a page may be cached, and request images with the signatures it was rendered with.
PAGE_SECONDS = 86_400
_BYTES = 16
_KEY_ID = re.compile(r"[a-z0-9]{1,16}")
SIGNATURE = re.compile(r"([a-z0-9]{1,16})\.([A-Za-z0-9_-]{22})")


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A public ``id``, the secret, and the time of creation (unix time)."""

    id: str
    secret: bytes = field(repr=False)
    created: int

    @classmethod
    def parse(cls, text: str) -> SigningKey:
        """From ``{"id": "…", "key": "<hex>", "created": <unix time>}``. Raises `ValueError`.

        Also for a secret of less than 128 bits: with an empty one, anybody could sign.
        """
        try:
            value = json.loads(text)
            key = cls(value["id"], bytes.fromhex(value["key"]), int(value["created"]))
            valid_id = _KEY_ID.fullmatch(key.id)
        except (KeyError, TypeError, OverflowError) as error:
            raise ValueError(f"not a signing key: {error}") from None
        if not valid_id or len(key.secret) < _BYTES:
            raise ValueError("not a signing key: its id must be a-z 0-9, and its secret at least 128 bits")
        return key

    @classmethod
    def generate(cls, now: int) -> SigningKey:
        """A new random key of 256 bits."""
        return cls(secrets.token_hex(4), secrets.token_bytes(32), now)

    def as_json(self) -> str:
        """The text that `parse` reads."""
        return json.dumps({"id": self.id, "key": self.secret.hex(), "created": self.created})


@dataclass(frozen=True, slots=True)
class KeyRing:
    """The current key and the previous one. Both verify. Edges cache them for ``keep`` seconds."""

    current: SigningKey
    previous: SigningKey | None = None
    keep: int = KEEP_SECONDS

    @property
    def signs_from(self) -> int:
        """When the current key begins to sign (unix time): by then every edge has read it."""
        return self.current.created + 2 * self.keep

    @property
    def rotates_from(self) -> int:
        """When no page in use needs the previous key any more (unix time): it signs until `signs_from`."""
        return self.signs_from + PAGE_SECONDS if self.previous else 0

    def signer(self, now: float) -> SigningKey:
        """The key to sign with: the previous one until every edge has read the current one."""
        if self.previous is not None and now < self.signs_from:
            return self.previous
        return self.current

    def rotated(self, key: SigningKey) -> KeyRing:
        """The ring with ``key`` as its current one. The previous one no longer verifies."""
        return KeyRing(key, self.current, self.keep)

    def find(self, key_id: str) -> SigningKey | None:
        """The key of that id."""
        return next((key for key in (self.current, self.previous) if key is not None and key.id == key_id), None)


@dataclass(frozen=True, slots=True)
class Claim:
    """What a signature covers: the asset's key (NFC), the requested recipe's slug, the format and the expiry."""

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
        """Raises `Forbidden` unless ``signature`` is valid now. ``find`` returns the signing key of an id."""
        match = SIGNATURE.fullmatch(signature)
        key = find(match[1]) if match else None
        if key is None or not hmac.compare_digest(self.sign(key).encode(), signature.encode()):
            raise Forbidden("signature_wrong", "The signature (s) is not valid for this image, recipe and format.")
        if self.expires is not None and now >= self.expires:
            raise Forbidden("signature_expired", "This URL has expired: e is in the past.")
