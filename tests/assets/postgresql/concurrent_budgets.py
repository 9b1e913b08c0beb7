"""Workers that spend an analyser's budget at once. Run by ``test_on_postgresql.py``."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from assets.analysis import budget
from assets.errors import PermanentFailure
from assets.models import AnalyserUsage, Analysis
from tests.assets.concurrency_support import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def spent() -> bool:
    try:
        budget.reserve(Analysis.objects.create(sha256=uuid4().hex, analyser="rekognition"), 4)
    except PermanentFailure:
        return False
    return True


def test_workers_together_do_not_spend_more_than_the_budget(settings: Any) -> None:
    limits = {"ANALYSER_MONTHLY_CALLS": "10", "ANALYSER_PER_SECOND": ""}
    settings.IMAGEHUB = {**settings.IMAGEHUB, **limits}
    for _ in range(10):
        AnalyserUsage.objects.all().delete()  # the first of a month are several as well
        assert sorted(at_once(*[spent] * 6)) == [False] * 4 + [True] * 2
        assert AnalyserUsage.objects.get().calls == 8
