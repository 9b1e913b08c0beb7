"""``manage.py rebuild_from_bucket``: makes rows again that the database has lost."""

from __future__ import annotations

import json as json_module
from dataclasses import asdict
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, CommandParser

from assets.bucket_recovery import recover
from edge.storage.errors import StorageUnavailable


class Command(BaseCommand):
    """Exit code 1 if a row could not be made, or if storage is unavailable."""

    help = "Make rows of images and presets again from the bucket. Titles and alternative texts are not in it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="say what would be made, and change nothing")
        parser.add_argument("--json", action="store_true", help="print an object a line")

    def handle(self, *_args: Any, dry_run: bool, json: bool, **_options: Any) -> None:
        rows, problems = 0, 0
        try:
            for row in recover(dry_run=dry_run):
                rows += 1
                problems += bool(row.problem)
                done = row.problem or ("missing" if dry_run else "made again")
                self.stdout.write(json_module.dumps(asdict(row)) if json else f"{row.kind} {row.name}: {done}")
        except (StorageUnavailable, ImproperlyConfigured) as error:
            raise CommandError(f"Stopped after {rows} rows. {error} Repeat the command to continue.") from None
        if problems:
            raise CommandError(f"{problems} of {rows} rows could not be made again.")
        if not rows and not json:
            self.stdout.write("Every original has its row, and every published preset.")
