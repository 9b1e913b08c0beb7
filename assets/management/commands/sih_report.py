"""``manage.py sih_report``: which URLs of AWS's image handler keep their images here, by its access logs."""

from __future__ import annotations

import json
import os
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.template.defaultfilters import filesizeformat
from tqdm import tqdm

from assets import sih_report
from assets.access_log import AccessLogError, log_files, read_requests
from assets.sih_report import Report, RequestTally
from edge.sih.explanation import UrlOutcome

_TITLES = {
    UrlOutcome.EXACT: "Exact: the same image",
    UrlOutcome.DIFFERENT: "Different: an image, and how it differs",
    UrlOutcome.REFUSED: "Refused: an error",
}


class Command(BaseCommand):
    """Exit code 1 if a URL that got an image there would be refused here."""

    help = "Say which URLs in access logs of AWS's image handler map exactly, which differ, and which do not map."

    def add_arguments(self, parser: CommandParser) -> None:
        add = parser.add_argument
        add("logs", nargs="+", type=Path, metavar="ACCESS_LOG",
            help="an access log of CloudFront or S3, plain or gzip, or a folder of them")  # fmt: skip
        add("--buckets", default="", metavar="JSON", help="in place of those in IMAGEHUB_SIH")
        add("--images", action="store_true", help="count URLs whose image does not exist here as refused")
        add("--json", action="store_true", help="print the result as JSON")

    def handle(self, *_args: Any, logs: list[Path], buckets: str, images: bool, **options: Any) -> None:
        try:
            settings = sih_report.read_settings(os.environ, buckets)
            files = log_files(logs)
            size = sum(file.stat().st_size for file in files)
            # Without a terminal there is no bar.
            with tqdm(total=size, unit="B", unit_scale=True, disable=None, file=self.stderr) as bar:
                report = sih_report.count(read_requests(files, bar.update), settings, images=images)
        except (ValueError, OSError, AccessLogError) as error:
            raise CommandError(str(error)) from None
        if options["json"]:
            self.stdout.write(json.dumps(report.as_dict(), indent=2))
        else:
            self.stdout.write("\n".join(_lines(report)))
        if refused := report.total(UrlOutcome.REFUSED).requests:
            raise CommandError(f"{refused:,} requests that got an image there would get an error here.")


def _lines(report: Report) -> Iterator[str]:
    yield f"{_amount(report.shown)} got an image there; {report.other.requests:,} others are not looked at."
    for outcome, title in _TITLES.items():
        total = report.total(outcome)
        yield f"\n{title}\n{_amount(total)}, {_percent(total, report.shown)}"
        for reasons, tally in report.by_requests(outcome):
            if reasons:
                yield textwrap.fill(" ".join(reasons), 100, initial_indent="  ", subsequent_indent="  ")
                yield f"    {_amount(tally)}, {_percent(tally, report.shown)}"
            yield from (f"    {example}" for example in tally.examples)


def _amount(tally: RequestTally) -> str:
    return f"{tally.requests:,} requests, {filesizeformat(tally.bytes)}".replace("\xa0", " ")


def _percent(part: RequestTally, whole: RequestTally) -> str:
    share = 100 * part.requests / whole.requests if whole.requests else 0
    return f"{share:.1f} %"
