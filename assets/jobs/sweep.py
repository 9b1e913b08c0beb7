"""Jobs whose message was lost, whose broker was unavailable at commit, or whose worker was killed."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from assets.jobs import dispatch
from assets.jobs.lifecycle import MAX_DELAY_SECONDS, OPEN, State
from assets.models import Job
from assets.models.rows import primary

#: An open job that has not been saved for so long has lost its message or its worker.
STALE_AFTER = timedelta(seconds=60)
_MAX_JOBS = 500


def sweep() -> int:
    """Queue forgotten jobs again. Returns how many."""
    now = timezone.now()
    forgotten = [
        job
        for model in dispatch.models()
        for job in primary(model).filter(state__in=OPEN, updated_at__lt=now - STALE_AFTER)[:_MAX_JOBS]
        if _is_overdue(job, now)
    ]
    return sum(_revive(job, now) for job in forgotten)


def _is_overdue(job: Job, now: datetime) -> bool:
    """Whether a job is also beyond the delay before its next attempt, if it waits for one."""
    waits = job.state == State.QUEUED and job.error
    delay = min(2**job.attempts, MAX_DELAY_SECONDS) if waits else 0
    return job.updated_at + STALE_AFTER + timedelta(seconds=delay) < now


def _revive(job: Job, now: datetime) -> bool:
    """Queue ``job`` again. The update matches the row as it was read, so only one of several sweeps does it."""
    unchanged = primary(type(job)).filter(pk=job.pk, state=job.state, updated_at=job.updated_at)
    if not unchanged.update(state=State.QUEUED, updated_at=now):
        return False
    dispatch.send(job)
    return True
