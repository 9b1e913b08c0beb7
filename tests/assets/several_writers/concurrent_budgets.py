"""Workers that spend an analyser's budget at once. Run by ``test_on_postgresql.py`` and ``test_on_mariadb.py``."""

from __future__ import annotations

from collections import Counter
from typing import Any
from uuid import uuid4

import pytest

from assets.analysis import budget
from assets.errors import PermanentFailure
from assets.models import AnalyserUsage, Analysis
from tests.assets.concurrency_support import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def limit(settings: Any, calls: str = "", per_second: str = "") -> None:
    limits = {"ANALYSER_MONTHLY_CALLS": calls, "ANALYSER_PER_SECOND": per_second}
    settings.IMAGEHUB = {**settings.IMAGEHUB, **limits}


def reserved() -> Analysis | None:
    row = Analysis.objects.create(sha256=uuid4().hex, analyser="rekognition")
    try:
        budget.reserve(row, 4)
    except PermanentFailure:
        return None
    return row


def test_workers_together_do_not_spend_more_than_the_budget(settings: Any) -> None:
    limit(settings, calls="10")
    for _ in range(10):
        AnalyserUsage.objects.all().delete()  # the first of a month are several as well
        assert sorted(map(bool, at_once(*[reserved] * 6))) == [False] * 4 + [True] * 2
        assert AnalyserUsage.objects.get().calls == 8


def test_what_some_give_back_others_can_spend(settings: Any) -> None:
    limit(settings, calls="16")
    rows = [row for row in at_once(*[reserved] * 4) if row]
    for _ in range(5):
        given_back, spent = rows[:2], rows[2:]
        at_once(*(lambda row=row: budget.release(row) for row in given_back))
        assert AnalyserUsage.objects.get().calls == 8
        rows = [*spent, *filter(None, at_once(*[reserved] * 4))]
        assert (len(rows), AnalyserUsage.objects.get().calls) == (4, 16)


def test_workers_together_keep_to_the_rate(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    limit(settings, per_second="2")
    slept: list[float] = []
    monkeypatch.setattr("time.sleep", slept.append)
    monkeypatch.setattr(budget, "database_seconds", lambda _: 1_796_000_000)
    for _ in range(5):
        AnalyserUsage.objects.all().delete()
        slept.clear()
        assert all(at_once(*[reserved] * 6))
        assert Counter(slept) == {0: 2, 1: 2, 2: 2}
