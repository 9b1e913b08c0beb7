"""Jobs whose message was lost, whose broker was unavailable at commit, or whose worker was killed."""

from __future__ import annotations

from assets.clock import DatabaseSeconds, database_seconds
from assets.jobs import dispatch
from assets.jobs.lifecycle import MAX_DELAY_SECONDS, OPEN, State
from assets.models import Job
from assets.models.rows import primary

#: An open job that has not been saved for so many seconds has lost its message or its worker.
STALE_AFTER = 60
_MAX_JOBS = 500


def sweep() -> int:
    """Queue forgotten jobs again. Returns how many."""
    return sum(_sweep(model) for model in dispatch.models())


def _sweep(model: type[Job]) -> int:
    rows = primary(model)
    now = database_seconds(rows.db)
    forgotten = rows.filter(state__in=OPEN, saved_seconds__lt=now - STALE_AFTER)[:_MAX_JOBS]
    return sum(_revive(job) for job in forgotten if _is_overdue(job, now))


def _is_overdue(job: Job, now: int) -> bool:
    """Whether a job is also beyond the delay before its next attempt, if it waits for one."""
    waits = job.state == State.QUEUED and job.error
    delay = min(2**job.attempts, MAX_DELAY_SECONDS) if waits else 0
    return job.saved_seconds + STALE_AFTER + delay < now


def _revive(job: Job) -> bool:
    """Queue ``job`` again. The update matches the row as it was read, so only one of several sweeps does it."""
    unchanged = primary(type(job)).filter(pk=job.pk, state=job.state, saved_seconds=job.saved_seconds)
    if not unchanged.update(state=State.QUEUED, saved_seconds=DatabaseSeconds()):
        return False
    dispatch.send(job)
    return True
