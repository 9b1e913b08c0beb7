"""``manage.py check_storage``: compares images with originals, and finds variants that no URL names any more."""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, CommandParser

from assets import old_variants, storage_check
from assets.errors import RetryLater
from assets.old_variants import Keep, RevUsage
from assets.storage_check import FIXES, Finding
from edge.storage.errors import StorageUnavailable

Report = dict[str, Any]
#: How many thousand objects a line of progress stands for.
_PROGRESS = 20
#: How many problems another line stands for: examining an image again takes up to a second.
_FIXES = 100


class Command(BaseCommand):
    """Exit code 1 if a problem is left, or if storage is unavailable."""

    help = "Find images without an original, and originals without an image."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--fix", action="store_true", help="solve what can be solved")
        parser.add_argument("--dry-run", action="store_true", help="say what --fix would do, and change nothing")
        parser.add_argument("--json", action="store_true", help="print a list of objects")
        parser.add_argument("--old-revs", action="store_true", help="list the variants by rev instead")
        parser.add_argument("--delete", action="store_true", help="with --old-revs: delete those of old revs")
        parser.add_argument("--keep", action="append", default=[], type=_rev, metavar="REV", help="a rev to keep")
        parser.add_argument("--days", type=_days, default=7, help="keep revs that were written since (default: 7)")

    def handle(self, *_args: Any, old_revs: bool, **options: Any) -> None:
        if old_revs:
            self._find_old_revs(**options)
        elif options["delete"]:
            raise CommandError("--delete goes with --old-revs. --fix deletes originals without an image.")
        else:
            self._compare(**options)

    def _find_old_revs(self, *, keep: list[str], days: int, delete: bool, json: bool, **_options: Any) -> None:
        try:
            usage = self._measure()
            kept = Keep(frozenset(keep), days).reasons(usage)
            reports = [
                _usage_report(rev, usage[rev], kept[rev]) for rev in sorted(usage, key=lambda r: usage[r].newest)
            ]
            for line in [_as_json(reports)] if json else _usage_as_text(reports, delete=delete):
                self.stdout.write(line)
            if delete:
                self._delete({rev: each for rev, each in usage.items() if not kept[rev]})
        except (StorageUnavailable, ImproperlyConfigured) as error:
            raise CommandError(f"{error} Repeat the command: it goes on with what is left.") from None

    def _measure(self) -> dict[str, RevUsage]:
        usage: dict[str, RevUsage] = {}
        for number, usage in enumerate(old_variants.measure(), 1):
            self._progress(number, "listed", sum(each.variants for each in usage.values()))
        return usage

    def _delete(self, old: dict[str, RevUsage]) -> None:
        deleted = 0
        for number, deleted in enumerate(old_variants.delete(old) if old else (), 1):
            self._progress(number, "deleted", deleted)
        self.stderr.write(f"{deleted:,} variants deleted.")

    def _progress(self, thousands: int, verb: str, variants: int) -> None:
        if thousands % _PROGRESS == 0:
            self.stderr.write(f"{variants:,} variants {verb} …")

    def _compare(self, *, fix: bool, dry_run: bool, json: bool, **_options: Any) -> None:
        try:
            reports = list(self._reports(fix=fix and not dry_run))
        except (StorageUnavailable, ImproperlyConfigured) as error:
            raise CommandError(f"Storage was not checked. {error}") from None
        for line in [_as_json(reports)] if json else _as_text(reports, plan=dry_run):
            self.stdout.write(line)
        if left := sum(not report["fixed"] for report in reports):
            hint = "" if fix and not dry_run else " Run it with --fix, or with --dry-run to see what that does."
            raise CommandError(f"Problems left: {left}.{hint}")

    def _reports(self, *, fix: bool) -> Iterator[Report]:
        findings = list(storage_check.find())
        for number, finding in enumerate(findings, 1):
            yield {
                "key": finding.key,
                "problem": finding.problem.value,
                "fix": FIXES[finding.problem],
                "fixed": fix and _fix(finding),
            }
            if fix and number % _FIXES == 0:
                self.stderr.write(f"{number:,} of {len(findings):,} problems …")


def _fix(finding: Finding) -> bool:
    try:
        return storage_check.fix(finding)
    except RetryLater:
        return False  # the sweep tries again


def _as_json(reports: list[Report]) -> str:
    return json.dumps(reports, indent=2, ensure_ascii=False)


def _as_text(reports: list[Report], *, plan: bool) -> Iterator[str]:
    for report in reports:
        todo = f" Would {report['fix']}." if plan and report["fix"] else ""
        yield f"{report['key']}: {report['problem']}.{' Fixed.' if report['fixed'] else todo}"
    if not reports:
        yield "Every image has its original, and every original its image."


def _rev(text: str) -> str:
    if not re.fullmatch(r"[0-9a-f]{8}", text):
        raise argparse.ArgumentTypeError(f"{text} is not a rev: 8 hex digits, as --old-revs lists them")
    return text


def _days(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text} is not a number of days")
    return int(text)


def _usage_report(rev: str, usage: RevUsage, kept: str) -> Report:
    newest = usage.newest.isoformat(timespec="seconds")
    return {"rev": rev, "variants": usage.variants, "bytes": usage.size, "newest": newest, "kept": kept or None}


def _usage_as_text(reports: list[Report], *, delete: bool) -> Iterator[str]:
    for each in reports:
        fate = f"kept, {each['kept']}" if each["kept"] else "old"
        yield f"{each['rev']}: {each['variants']:,} variants, {each['bytes']:,} bytes, until {each['newest']}; {fate}."
    if not reports:
        yield "No variants are stored."
    if not delete and any(not each["kept"] for each in reports):
        yield "Nothing was deleted. Repeat the command with --delete to delete what is old."
