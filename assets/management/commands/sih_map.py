"""``manage.py sih_map``: explains what one URL of AWS's image handler gets here."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any
from urllib.parse import urlsplit

from django.core.management.base import BaseCommand, CommandError, CommandParser

from assets import sih_report
from edge.sih.explanation import Explanation, UrlOutcome, explain


class Command(BaseCommand):
    """Exit code 1 if the URL is refused, or its image does not exist here."""

    help = "Explain what a URL of AWS's image handler gets here."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("url", help="the URL, or its path and query")
        parser.add_argument("--accept", default="", help="the browser's Accept header")
        parser.add_argument("--buckets", default="", metavar="JSON", help="in place of those in IMAGEHUB_SIH")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *_args: Any, url: str, accept: str, buckets: str, **options: Any) -> None:
        parts = urlsplit(url)
        try:
            settings = sih_report.read_settings(os.environ, buckets)
        except ValueError as error:
            raise CommandError(str(error)) from None
        found = explain(parts.path, parts.query, settings, accept)
        missing = found.outcome != UrlOutcome.REFUSED and sih_report.is_missing(found)
        if options["json"]:
            self.stdout.write(json.dumps({**asdict(found), "missing": missing}, indent=2))
        else:
            self.stdout.write("\n".join(_lines(found)))
        if found.outcome == UrlOutcome.REFUSED:
            raise CommandError(f"{found.code}: {' '.join(found.reasons)}")
        if missing:
            raise CommandError(sih_report.NO_IMAGE)


def _lines(found: Explanation) -> Iterator[str]:
    yield f"outcome   {found.outcome}"
    if found.key:
        yield f"image     {found.key}"
        yield f"edits     {json.dumps(dict(found.edits))}"
        yield f"variant   {found.slug}.{found.format_class}"
        yield from (f"differs   {reason}" for reason in found.reasons)
