"""``manage.py rotate_signing_keys``: replaces the signing key at the location that the policy names."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from assets.errors import SigningKeyStoreError
from assets.signing_key_rotation import RotationTooSoonError, SigningKeyRotation, rotate
from edge.contract.policy import load_policy
from edge.storage.signing_keys.location import SigningKeyLocation, parse_location


class Command(BaseCommand):
    """Refuses, with a reason and exit code 1, if URLs in use would stop working."""

    help = (
        "Create a new signing key; the current one becomes the previous one, and both are valid. "
        "Without any key yet, create the first one."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="show what would happen and change nothing")
        parser.add_argument(
            "--force",
            action="store_true",
            help="remove the previous key even if pages in use need it, for example after a leak",
        )

    def handle(self, *_args: Any, dry_run: bool, force: bool, **_options: Any) -> None:
        location = _location()
        try:
            rotation = rotate(location, int(time.time()), force=force, dry_run=dry_run)
        except RotationTooSoonError as error:
            raise CommandError(_refusal(error)) from None
        except SigningKeyStoreError as error:
            raise CommandError(f"The signing keys at {load_policy().secret} were not changed. {error}") from None
        for line in _summary(rotation):
            self.stdout.write(line)
        if dry_run:
            self.stdout.write("This was a dry run. Nothing was changed, and the real key will be a different one.")


def _location() -> SigningKeyLocation:
    secret = load_policy().secret
    if not secret:
        raise CommandError(
            'policy.json does not say where the signing keys are. Set "secret", for example to file:///etc/keys.json.'
        )
    try:
        return parse_location(secret)
    except ValueError as error:
        raise CommandError(f'"secret" in policy.json is not valid: {error}') from None


def _refusal(error: RotationTooSoonError) -> str:
    ring = error.ring
    previous = ring.previous.id if ring.previous else ""
    return (
        f"The keys were not rotated. Pages that are still cached may have URLs signed with {previous}, the previous "
        f"key, which signs until {_time(ring.signs_from)}; a page may be cached for a day. A rotation would turn those "
        f"images into 403. Run this again after {_time(error.wait_until)}, or use --force to remove {previous} at once."
    )


def _summary(rotation: SigningKeyRotation) -> Iterator[str]:
    ring = rotation.after
    # No edge can know an earlier key, so there is nothing to wait for.
    if ring.previous is None:
        yield f"Created the first key, {ring.current.id}. It signs URLs from now on."
        return
    yield f"Created key {ring.current.id}. {ring.previous.id} is now the previous key, and both are valid."
    yield f"{ring.previous.id} signs URLs until {_time(ring.signs_from)}, when every edge has read {ring.current.id}."
    if rotation.removed:
        yield f"URLs signed with {rotation.removed.id} turn into 403 everywhere within {ring.keep} seconds."


def _time(unix_time: int) -> str:
    return f"{datetime.fromtimestamp(unix_time, UTC):%Y-%m-%d %H:%M:%S} UTC"
