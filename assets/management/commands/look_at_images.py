"""``manage.py look_at_images``: has images looked at that were there before their collection was analysed."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from assets.analysis import bulk_look
from assets.analysis.bulk_look import BulkLook
from assets.conf import config
from assets.models import Collection
from assets.models.named import fold

_REPORT_EVERY = 1000


class Command(BaseCommand):
    """Says what it costs, and asks before it costs anything."""

    help = "Look at images of analysed collections that the analyser has not seen, and at those at which it failed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="say how many there are and what it costs")
        parser.add_argument("--collection", metavar="NAME", help="only at the images of this collection")
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, *_args: Any, dry_run: bool, yes: bool, collection: str | None = None, **_options: Any) -> None:
        if not config().analyser:
            raise CommandError('IMAGEHUB has no "ANALYSER", so nothing looks at images. See docs/analysis.md.')
        planned = bulk_look.plan(None if collection is None else _collection(collection))
        self.stdout.write(_described(planned))
        if dry_run or not len(planned):
            return
        if not yes and input("Look at them? [y/N] ").strip().lower() != "y":
            raise CommandError("Nothing was requested.")
        for number, _ in enumerate(planned.request(), 1):
            if number % _REPORT_EVERY == 0:
                self.stderr.write(f"{number:,} requested …")
        self.stdout.write("Requested. Workers look at them now.")


def _collection(name: str) -> Collection:
    found = Collection.objects.filter(folded=fold(name)).first()
    if found is None:
        raise CommandError(f"There is no collection {name}.")
    if not found.analysed:
        raise CommandError(f"The images of the collection {found} are not looked at. Switch it on in the admin.")
    return found


def _described(planned: BulkLook) -> str:
    if not Collection.objects.filter(analysed=True).exists():
        return "No collection is analysed, so no image is looked at. Switch that on in the admin, for each collection."
    if not len(planned):
        return "The analyser has seen every image of the analysed collections, or is about to."
    text = f"Files to look at: {len(planned):,}, of which {len(planned.failed):,} failed before."
    return f"{text} {planned.price}".rstrip()
