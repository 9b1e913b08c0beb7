"""``manage.py check_storage``: compares the database's images with the originals in storage."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, CommandParser

from assets import storage_check
from assets.errors import RetryLater
from assets.storage_check import FIXES, Finding
from edge.storage.errors import StorageUnavailable

Report = dict[str, Any]


class Command(BaseCommand):
    """Exit code 1 if a problem is left, or if storage is unavailable."""

    help = "Find images without an original, and originals without an image."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--fix", action="store_true", help="solve what can be solved")
        parser.add_argument("--dry-run", action="store_true", help="say what --fix would do, and change nothing")
        parser.add_argument("--json", action="store_true", help="print a list of objects")

    def handle(self, *_args: Any, fix: bool, dry_run: bool, json: bool, **_options: Any) -> None:
        try:
            reports = list(_reports(fix=fix and not dry_run))
        except (StorageUnavailable, ImproperlyConfigured) as error:
            raise CommandError(f"Storage was not checked. {error}") from None
        for line in [_as_json(reports)] if json else _as_text(reports, plan=dry_run):
            self.stdout.write(line)
        if left := sum(not report["fixed"] for report in reports):
            hint = "" if fix and not dry_run else " Run it with --fix, or with --dry-run to see what that does."
            raise CommandError(f"Problems left: {left}.{hint}")


def _reports(*, fix: bool) -> Iterator[Report]:
    for finding in list(storage_check.find()):
        yield {
            "key": finding.key,
            "problem": finding.problem.value,
            "fix": FIXES[finding.problem],
            "fixed": fix and _fix(finding),
        }


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
