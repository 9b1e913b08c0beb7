"""A new signing key: when it may be made, and what that does to URLs that are out there."""

from __future__ import annotations

from dataclasses import dataclass, replace

from assets.signing_key_stores import open_key_store
from edge.contract.signing import KeyRing, SigningKey
from edge.storage.signing_keys.location import SigningKeyLocation

#: How long a page may be in somebody's cache, in seconds, and ask for pictures with the signatures of its time.
PAGE_SECONDS = 86_400


@dataclass(frozen=True, slots=True)
class Rotation:
    """The ring before (`None`: there was no key) and after."""

    before: KeyRing | None
    after: KeyRing

    @property
    def cut_off(self) -> SigningKey | None:
        """The key whose signatures are good for nothing any more."""
        return self.before.previous if self.before else None


class RotationTooSoonError(Exception):
    """A rotation now would break pages that are still in use. ``ring`` is as it was; ``wait_until`` is a unix time."""

    def __init__(self, ring: KeyRing) -> None:
        super().__init__("too soon")
        self.ring = ring

    @property
    def wait_until(self) -> int:
        return safe_from(self.ring)


def safe_from(ring: KeyRing) -> int:
    """From when on (unix time) nobody needs the previous key: it signed until the current one took over."""
    return ring.signs_from + PAGE_SECONDS if ring.previous else 0


def rotate(place: SigningKeyLocation, now: int, *, force: bool = False, dry_run: bool = False) -> Rotation:
    """Put a new key before the current one, or make the first. ``force`` cuts off what is still in use.

    Raises `RotationTooSoonError`, and `assets.signing_key_stores.SigningKeyStoreError`. Of two at once, one does it.
    """
    with open_key_store(place) as keys:
        found = keys.read()
        before = replace(found, keep=place.keep) if found else None
        if before is not None and now < safe_from(before) and not force:
            raise RotationTooSoonError(before)
        key = SigningKey.generate(now)
        after = before.rotated(key) if before else KeyRing(key, keep=place.keep)
        if not dry_run:
            keys.write(after)
    return Rotation(before, after)
