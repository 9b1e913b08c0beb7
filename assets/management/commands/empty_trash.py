"""``manage.py empty_trash``: deletes the images whose time in the trash is over, as the sweep does every minute."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from assets import trash
from assets.conf import config
from assets.counts import count_images

_MAX_SHOWN = 20


class Command(BaseCommand):
    """Says how many images are deleted; with ``--dry-run``, which ones would be."""

    help = "Delete the images that have been in the trash for longer than TRASH_DAYS."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="say which images would be deleted")

    def handle(self, *_args: Any, dry_run: bool, **_options: Any) -> None:
        due = trash.due()
        count = due.count()
        if not count:
            self.stdout.write(f"No image has been in the trash for more than {_days()}.")
        elif dry_run:
            for asset in due[:_MAX_SHOWN]:
                self.stdout.write(f"{asset.key} (since {asset.trashed_at:%Y-%m-%d})")
            if count > _MAX_SHOWN:
                self.stdout.write(f"… and {count - _MAX_SHOWN:,} more")
            self.stdout.write(f"{count_images(count)} would be deleted. Nothing was deleted.")
        else:
            deleted, protected = trash.empty()
            self.stdout.write(f"{count_images(deleted)} deleted.")
            if protected:
                self.stdout.write(f"Kept, since other rows need them: {count_images(protected)}. The log names them.")


def _days() -> str:
    days = config().trash_days
    return "a day" if days == "1" else f"{days} days"
