"""What the analyser that costs money was asked this month, for people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.db import router

from assets.analysis.budget import CALLS_OF_A_LOOK, calls_this_month
from assets.analysis.price import rekognition_price
from assets.clock import database_seconds
from assets.conf import config
from assets.models import AnalyserUsage


@dataclass(frozen=True, slots=True)
class MonthlyUsage:
    """``calls`` of the UTC month that begins on ``month``, begun or reserved. ``limit`` is None without a budget.

    ``resets`` is the day on which the next month begins.
    """

    calls: int
    limit: int | None
    month: date
    resets: date

    @property
    def dollars(self) -> float:
        return rekognition_price().of(self.calls)

    def __str__(self) -> str:
        """Such as ``1,204 of 40,000 calls, about 1.20 USD``."""
        of = "" if self.limit is None else f" of {self.limit:,}"
        return f"{self.calls:,}{of} calls, about {self.dollars:,.2f} USD"

    @property
    def share(self) -> float:
        """How much of the budget is spent, from 0 to 1."""
        return min(self.calls / self.limit, 1) if self.limit else 0

    @property
    def is_spent(self) -> bool:
        """Whether no further image can be looked at."""
        return self.limit is not None and self.calls + CALLS_OF_A_LOOK > self.limit


def this_month() -> MonthlyUsage | None:
    """None if the analyser of the settings costs nothing."""
    if config().analyser != "rekognition":
        return None
    month = datetime.fromtimestamp(database_seconds(router.db_for_write(AnalyserUsage)), UTC).date().replace(day=1)
    resets = month.replace(year=month.year + month.month // 12, month=month.month % 12 + 1)
    return MonthlyUsage(calls_this_month(), int(config().analyser_monthly_calls or 0) or None, month, resets)
