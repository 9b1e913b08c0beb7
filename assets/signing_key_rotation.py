"""Replacing the signing key: when it is safe, and what it does to URLs in use."""

from __future__ import annotations

from dataclasses import dataclass, replace

from assets.signing_key_stores import open_key_store
from edge.contract.signing import KeyRing, SigningKey
from edge.storage.signing_keys.location import SigningKeyLocation


@dataclass(frozen=True, slots=True)
class SigningKeyRotation:
    """The key ring before, None if there was no key yet, and after."""

    before: KeyRing | None
    after: KeyRing

    @property
    def removed(self) -> SigningKey | None:
        """The key whose signatures are no longer valid."""
        return self.before.previous if self.before else None


class RotationTooSoonError(Exception):
    """A rotation now would break pages in use. ``ring`` is unchanged."""

    def __init__(self, ring: KeyRing) -> None:
        super().__init__(f"The next rotation is possible at the unix time {ring.rotates_from}.")
        self.ring = ring

    @property
    def wait_until(self) -> int:
        """When a rotation is possible (unix time)."""
        return self.ring.rotates_from


def rotate(location: SigningKeyLocation, now: int, *, force: bool = False, dry_run: bool = False) -> SigningKeyRotation:
    """Create a new current key, or the first one. ``force`` removes the previous key even if pages in use need it.

    Raises `RotationTooSoonError` and `assets.errors.SigningKeyStoreError`. Of two rotations at once, one succeeds.
    """
    with open_key_store(location) as store:
        stored = store.read()
        before = replace(stored, keep=location.keep) if stored else None
        if before is not None and now < before.rotates_from and not force:
            raise RotationTooSoonError(before)
        key = SigningKey.generate(now)
        after = before.rotated(key) if before else KeyRing(key, keep=location.keep)
        if not dry_run:
            store.write(after)
    return SigningKeyRotation(before, after)
