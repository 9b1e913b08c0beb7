"""``manage.py look_at_images``: has images looked at that were uploaded before there was an analyser."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from assets.analysis import bulk_look
from assets.analysis.bulk_look import BulkLook
from assets.conf import config

_REPORT_EVERY = 1000


class Command(BaseCommand):
    """Says what it costs, and asks before it costs anything."""

    help = "Look at images that the analyser has not seen, and at those at which it failed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="say how many there are and what it costs")
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, *_args: Any, dry_run: bool, yes: bool, **_options: Any) -> None:
        if not config().analyser:
            raise CommandError('IMAGEHUB has no "ANALYSER", so nothing looks at images. See docs/analysis.md.')
        planned = bulk_look.plan()
        self.stdout.write(_described(planned))
        if dry_run or not len(planned):
            return
        if not yes and input("Look at them? [y/N] ").strip().lower() != "y":
            raise CommandError("Nothing was requested.")
        for number, _ in enumerate(planned.request(), 1):
            if number % _REPORT_EVERY == 0:
                self.stderr.write(f"{number:,} requested …")
        self.stdout.write("Requested. Workers look at them now.")


def _described(planned: BulkLook) -> str:
    if not len(planned):
        return "The analyser has seen every image, or is about to."
    text = f"Files to look at: {len(planned):,}, of which {len(planned.failed):,} failed before."
    if planned.calls:
        text += f" At most {planned.calls:,} calls, about {planned.dollars:,.2f} USD."
        if limit := config().analyser_monthly_calls:
            text += f" ANALYSER_MONTHLY_CALLS stops at {int(limit):,} calls a month."
    return text
