"""``manage.py warm``: has variants rendered before visitors ask for them, for example after an upgrade."""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, CommandParser

from assets import warming_list
from assets.access_log import AccessLogError, log_files, most_requested
from assets.cdn_requests import send_all
from assets.errors import RetryLater
from assets.models import Asset, Preset
from assets.models.rows import primary
from assets.unsettled import why_unsettled
from assets.warming import LONGEST_WAIT
from assets.warming_list import VariantRequest
from edge.contract.request import NoSigningKey
from edge.storage.errors import StorageUnavailable

_TOP = 10_000
_PER_SECOND = 10.0
_REPORT_SECONDS = 5
_LOOK_AGAIN_SECONDS = 2
#: Enough failures to see what is wrong.
_MAX_FAILURES = 100
_AGAIN = "Run the same command again to continue: what is stored is skipped."


@dataclass
class Tally:
    """``failures``: how many requests failed for each reason."""

    requested: int = 0
    already_stored: int = 0
    failures: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        failed = f", {self.failures.total()} failed" if self.failures else ""
        return f"{self.requested} requested, {self.already_stored} were stored already{failed}"


class Command(BaseCommand):
    """Exit code 1 if a request failed, or if CloudFront or storage cannot be reached; 130 after Ctrl-C."""

    help = "Request variants through CloudFront, so that no visitor waits for their rendering."

    def add_arguments(self, parser: CommandParser) -> None:
        add = parser.add_argument
        add("keys", nargs="*", metavar="KEY", help="the images to warm")
        add("--all", action="store_true", dest="every", help="warm all images")
        add("--preset", action="append", default=[], help="only this preset, and archived ones if named; repeatable")
        add("--from-log", action="append", type=Path, default=[], metavar="PATH", dest="logs",
            help="warm what this access log has most of: a file or a folder of files; repeatable")  # fmt: skip
        add("--top", type=int, default=_TOP, help=f"how many URLs of the logs (default: {_TOP})")
        add("--rate", type=_rate, default=_PER_SECOND, help=f"requests a second (default: {_PER_SECOND:g})")
        add("--dry-run", action="store_true", help="count what is not stored, and request nothing")
        add("--json", action="store_true", help="print the result as JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        warming_list.forget()
        tally = Tally()
        try:
            self._warm(_requests(options), tally, options)
        except (AccessLogError, OSError, ImproperlyConfigured, NoSigningKey) as error:
            raise CommandError(str(error)) from None
        except (RetryLater, StorageUnavailable) as error:
            raise CommandError(f"Stopped after {tally}. {error} {_AGAIN}") from None
        except KeyboardInterrupt:
            raise CommandError(f"Interrupted after {tally}. {_AGAIN}", returncode=130) from None
        self.stdout.write(json.dumps(asdict(tally)) if options["json"] else f"{tally}.")
        if tally.failures:
            reasons = "; ".join(f"{number} × {reason}" for reason, number in tally.failures.most_common())
            stopped = f"Stopped after {_MAX_FAILURES} failures. " if tally.failures.total() >= _MAX_FAILURES else ""
            raise CommandError(f"{stopped}Requests failed: {reasons}. {_AGAIN}")

    def _warm(self, requests: Iterator[VariantRequest], tally: Tally, options: dict[str, Any]) -> None:
        wanted = _missing(requests, tally)
        if options["dry_run"]:
            tally.requested = sum(1 for _ in wanted)
            return
        self._wait_until_settled(options["keys"] or None)
        reported = time.monotonic()
        pairs = ((each.url, each.accept) for each in warming_list.at_rate(wanted, options["rate"]))
        for failure in send_all(pairs):
            tally.requested += 1
            if failure:
                tally.failures[f"{failure.status} {failure.reason}".strip()] += 1
            if tally.failures.total() >= _MAX_FAILURES:
                return
            if time.monotonic() - reported >= _REPORT_SECONDS:
                reported = time.monotonic()
                self.stderr.write(f"{tally} …")

    def _wait_until_settled(self, keys: list[str] | None) -> None:
        """As a warming of the admin does, which `request_warming` describes."""
        started, told = time.monotonic(), ""
        while (reason := why_unsettled(keys)) and time.monotonic() - started < LONGEST_WAIT:
            if reason != told:
                self.stderr.write(f"{reason} Warming begins afterwards, in {LONGEST_WAIT // 60} minutes at the latest.")
            told = reason
            time.sleep(_LOOK_AGAIN_SECONDS)


def _missing(requests: Iterator[VariantRequest], tally: Tally) -> Iterator[VariantRequest]:
    for request in requests:
        if warming_list.is_stored(request):
            tally.already_stored += 1
        else:
            yield request


def _requests(options: dict[str, Any]) -> Iterator[VariantRequest]:
    """What the options name. Raises `CommandError` if they contradict each other, or name what does not exist."""
    if sum(map(bool, (options["keys"], options["every"], options["logs"]))) != 1:
        raise CommandError("Name images, or use --all, or --from-log PATH: one of the three.")
    if options["logs"]:
        if options["preset"]:
            raise CommandError("--preset does not go with --from-log: the log says what is warmed.")
        return warming_list.of_log(most_requested(log_files(options["logs"]), options["top"]))
    keys = None if options["every"] else _known(Asset, "key", options["keys"])
    presets = primary(Preset).order_by("name")
    if options["preset"]:
        presets = presets.filter(name__in=_known(Preset, "name", options["preset"]))
    else:
        presets = presets.filter(archived=False)
    return warming_list.of_presets(keys, presets)


def _known(model: type[Asset | Preset], field: str, values: list[str]) -> list[str]:
    found = set(primary(model).filter(**{f"{field}__in": values}).values_list(field, flat=True))
    if missing := [value for value in values if value not in found]:
        raise CommandError(f"There is no {model._meta.verbose_name} {', '.join(missing)}.")
    return values


def _rate(text: str) -> float:
    try:
        rate = float(text)
    except ValueError:
        rate = 0
    if not 0 < rate <= 10_000:
        raise argparse.ArgumentTypeError(f"{text} is not a number above 0 and up to 10000")
    return rate
