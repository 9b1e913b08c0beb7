"""``manage.py rotate_signing_keys``: a new key, where the policy says that keys are. Safe to run twice, or at once."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from assets.signing_key_rotation import Rotation, RotationTooSoonError, rotate
from assets.signing_key_stores import SigningKeyStoreError
from edge.contract.policy import load_policy
from edge.storage.signing_keys.location import SigningKeyLocation, parse_location


class Command(BaseCommand):
    """Refuses, with a reason and exit code 1, where URLs that are still in use would stop to work."""

    help = "Makes a new signing key; the current one becomes the previous one. Makes the first key where there is none."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, and change nothing")
        parser.add_argument(
            "--force",
            action="store_true",
            help="cut off the previous key although pages in use need it, as after a leak",
        )

    def handle(self, *_args: Any, dry_run: bool, force: bool, **_options: Any) -> None:
        place = _place()
        try:
            done = rotate(place, int(time.time()), force=force, dry_run=dry_run)
        except RotationTooSoonError as error:
            raise CommandError(_refusal(error)) from None
        except SigningKeyStoreError as error:
            raise CommandError(f"The signing keys at {load_policy().secret} are as they were. {error}") from None
        for line in _tell(done):
            self.stdout.write(line)
        if dry_run:
            self.stdout.write("This was a dry run: nothing is changed, and the key of the real one will be another.")


def _place() -> SigningKeyLocation:
    secret = load_policy().secret
    if not secret:
        raise CommandError('policy.json names no place of signing keys: set "secret", such as file:///etc/keys.json.')
    try:
        return parse_location(secret)
    except ValueError as error:
        raise CommandError(f"policy.json: {error}") from None


def _refusal(error: RotationTooSoonError) -> str:
    ring = error.ring
    previous = ring.previous.id if ring.previous else ""
    return (
        f"Not rotated: pages may be in use whose URLs are signed with {previous}, the previous key. It signs until "
        f"{_moment(ring.signs_from)}, and a page is taken to be kept for a day; now, their pictures would turn into "
        f"403. Come back after {_moment(error.wait_until)}, or say --force where {previous} must go at once."
    )


def _tell(done: Rotation) -> Iterator[str]:
    ring = done.after
    if ring.previous is None:
        yield f"Made the first key, {ring.current.id}; it signs at once."
        return
    yield f"Made key {ring.current.id}. {ring.previous.id} is the previous one, and both are good."
    yield f"{ring.previous.id} signs until {_moment(ring.signs_from)}, when every edge knows {ring.current.id}."
    if done.cut_off:
        yield f"URLs signed with {done.cut_off.id} are 403, within {ring.keep} seconds everywhere."


def _moment(time_: int) -> str:
    return f"{datetime.fromtimestamp(time_, UTC):%Y-%m-%d %H:%M:%S} UTC"
