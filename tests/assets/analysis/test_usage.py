"""The month's calls against the budget, and when the count starts again."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from assets.analysis import budget, usage
from assets.models import AnalyserUsage

pytestmark = pytest.mark.django_db

NOVEMBER_30 = 1_796_083_199  # 2026-11-30 23:59:59 UTC


@pytest.fixture(autouse=True)
def _clock(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.IMAGEHUB = {**settings.IMAGEHUB, "ANALYSER": "rekognition", "ANALYSER_MONTHLY_CALLS": "40000"}
    for module in (budget, usage):
        monkeypatch.setattr(module, "database_seconds", lambda _: NOVEMBER_30)
    AnalyserUsage.objects.create(month="2026-11", calls=1204)


def test_calls_are_told_with_the_budget_the_price_and_the_day_of_the_next_month() -> None:
    found = usage.this_month()
    assert found is not None
    assert str(found) == "1,204 of 40,000 calls, about 1.20 USD"
    assert (found.month, found.resets) == (date(2026, 11, 1), date(2026, 12, 1))
    assert (found.share, found.is_spent) == (1204 / 40000, False)


def test_after_december_comes_the_next_year(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (budget, usage):
        monkeypatch.setattr(module, "database_seconds", lambda _: NOVEMBER_30 + 86_400)
    found = usage.this_month()
    assert found is not None
    assert (found.calls, found.month, found.resets) == (0, date(2026, 12, 1), date(2027, 1, 1))


@pytest.mark.parametrize(("calls", "is_spent"), [(39_996, False), (39_997, True), (40_000, True), (50_000, True)])
def test_a_budget_that_does_not_suffice_for_another_image_is_spent(calls: int, is_spent: bool) -> None:
    AnalyserUsage.objects.update(calls=calls)
    found = usage.this_month()
    assert found is not None
    assert found.is_spent == is_spent
    assert found.share <= 1


def test_without_a_budget_nothing_is_ever_spent(settings: Any) -> None:
    settings.IMAGEHUB = {**settings.IMAGEHUB, "ANALYSER_MONTHLY_CALLS": ""}
    found = usage.this_month()
    assert found is not None
    assert (str(found), found.share, found.is_spent) == ("1,204 calls, about 1.20 USD", 0, False)


@pytest.mark.parametrize("name", ["", "faces"])
def test_what_costs_nothing_has_no_usage(settings: Any, name: str) -> None:
    settings.IMAGEHUB = {**settings.IMAGEHUB, "ANALYSER": name}
    assert usage.this_month() is None
