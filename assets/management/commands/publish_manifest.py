"""``manage.py publish_manifest``: writes presets and fallback image to the bucket, for the edge to read."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, CommandParser

from assets import manifest, manifest_recovery
from edge.storage.errors import StorageUnavailable


class Command(BaseCommand):
    """Exit code 1, with the reason, if storage is unavailable."""

    help = "Publish changes of presets and the fallback image that are not in the bucket yet."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--force",
            action="store_true",
            help="publish everything again, after loaddata or after the database was restored from a backup",
        )

    def handle(self, *_args: Any, force: bool, **_options: Any) -> None:
        try:
            self.stdout.write(_republish() if force else _publish())
        except (StorageUnavailable, ImproperlyConfigured) as error:
            raise CommandError(f"The manifest was not published. {error}") from None


def _publish() -> str:
    return "Published." if manifest.publish() else "There is nothing to publish. Use --force after loaddata."


def _republish() -> str:
    renewed = manifest_recovery.republish()
    presets = f"Presets with a new revision: {', '.join(renewed)}." if renewed else "All presets were as published."
    return f"Published revision {manifest.read().manifest.revision}. {presets}"
