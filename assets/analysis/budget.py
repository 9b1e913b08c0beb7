"""The rate and the monthly budget of an analyser that costs money, over all workers."""

from __future__ import annotations

import random
import time
from datetime import UTC, datetime

from django.db import router, transaction

from assets.clock import database_seconds
from assets.conf import config
from assets.errors import PermanentFailure, Postponed
from assets.jobs.lifecycle import State, requeue_failed, save
from assets.models import AnalyserUsage, Analysis
from assets.models.rows import primary

#: How an error begins that `resume` may take back.
SPENT = "This month's budget for looking at images is spent"
#: Of an analyser that costs money.
CALLS_OF_A_LOOK = 4
#: A worker waits so many seconds for its turn. If it takes longer, another job is done first.
_LONGEST_WAIT = 5
_RESUMED_AT_ONCE = 100


def reserve(analysis: Analysis, calls: int) -> None:
    """Count ``calls`` of one look before they are made, and wait for the look's turn.

    Those that an attempt reserved whose worker was killed are not counted again. Raises `Postponed` if the turn is far
    away, and `PermanentFailure` if the month's budget is spent.
    """
    if not calls:
        return
    using = router.db_for_write(AnalyserUsage)
    primary(AnalyserUsage).get_or_create(month=_month(database_seconds(using)))
    with transaction.atomic(using=using):
        usage, now = _this_month(using)
        held = analysis.reserved if analysis.reserved_month == usage.month else 0
        if usage.calls - held + calls > _monthly_calls():
            raise PermanentFailure(_spent(usage))
        wait = _take_turn(usage, now)
        usage.calls += calls - held
        usage.save()
        save(analysis, reserved=calls, reserved_month=usage.month)
    time.sleep(wait)


def release(analysis: Analysis) -> None:
    """Give back what an attempt has reserved and, since it failed, not called."""
    if not analysis.reserved:
        return
    using = router.db_for_write(AnalyserUsage)
    with transaction.atomic(using=using):
        if usage := _locked(analysis.reserved_month, using):
            usage.calls = max(usage.calls - analysis.reserved, 0)
            usage.save()
        save(analysis, reserved=0)


def resume() -> int:
    """Queue again what the budget stopped, as far as it now suffices: a new month has begun, or it has been raised.

    Returns how many looks.
    """
    stopped = primary(Analysis).filter(analyser=config().analyser, state=State.FAILED, error__startswith=SPENT)
    if not (config().analyser and stopped.exists()):
        return 0
    room = min(_monthly_calls() - calls_this_month(), _RESUMED_AT_ONCE * CALLS_OF_A_LOOK)
    return sum(requeue_failed(row) for row in stopped.order_by("pk")[: max(int(room), 0) // CALLS_OF_A_LOOK])


def calls_this_month() -> int:
    """How many calls that cost money have been counted."""
    rows = primary(AnalyserUsage)
    return rows.filter(month=_month(database_seconds(rows.db))).values_list("calls", flat=True).first() or 0


def _this_month(using: str) -> tuple[AnalyserUsage, int]:
    """The row of this month, locked, and the time, read under the lock: other workers may have had it for long."""
    usage = _locked(_month(database_seconds(using)), using)
    now = database_seconds(using)
    if usage is None or usage.month != _month(now):
        raise Postponed("A new month begins.", 1)
    return usage, now


def _locked(month: str, using: str) -> AnalyserUsage | None:
    """The row of ``month``. SQLite has no locks of rows; there an update that changes nothing locks the database."""
    rows = primary(AnalyserUsage, using).filter(month=month)
    rows.update(month=month)
    return rows.select_for_update().first()


def _take_turn(usage: AnalyserUsage, now: int) -> int:
    """Give the look a place in a second, this one or a later one. Returns the seconds until then."""
    if not (per_second := int(config().analyser_per_second or 0)):
        return 0
    if usage.second < now:
        usage.second, usage.looks = now, 0
    elif usage.looks >= per_second:
        usage.second, usage.looks = usage.second + 1, 0
    usage.looks += 1
    wait = usage.second - now
    if wait > _LONGEST_WAIT:
        spread = wait * random.uniform(1, 2)  # noqa: S311  # spreads load, guards no secret
        raise Postponed(f"More than {per_second} images a second are waiting to be looked at.", spread)
    return wait


def _monthly_calls() -> float:
    return int(config().analyser_monthly_calls or 0) or float("inf")


def _month(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m")


def _spent(usage: AnalyserUsage) -> str:
    limit = config().analyser_monthly_calls
    advice = "Raise ANALYSER_MONTHLY_CALLS, or wait for the next month: the image is then looked at by itself."
    return f"{SPENT}: {usage.calls} of {limit} calls in {usage.month}. {advice}"
