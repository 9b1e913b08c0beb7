"""``manage.py flag_images``: flags images by what was seen in them earlier, after a change of the settings."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from assets.analysis.reflag import flag_known
from assets.conf import config
from assets.counts import count_images

_MAX_SHOWN = 20


class Command(BaseCommand):
    """Names the first ones, and says how many there are."""

    help = "Flag the images that MODERATION_LABELS asks to review, by what was seen in them already."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="say which images would be flagged")

    def handle(self, *_args: Any, dry_run: bool, **_options: Any) -> None:
        if not config().analyser:
            raise CommandError('IMAGEHUB has no "ANALYSER", so nothing was seen in images. See docs/analysis.md.')
        count = 0
        for count, asset in enumerate(flag_known(dry_run=dry_run), 1):
            if count <= _MAX_SHOWN:
                self.stdout.write(asset.key)
        done = "would be flagged. Nothing was changed." if dry_run else "flagged."
        self.stdout.write(f"{count_images(count)} {done}" if count else "No image is to be flagged.")
