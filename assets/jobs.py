"""The life of a job: claimed, worked on, put back, finished.

A job's row is the truth and a message is only a nudge, which may come late, twice or never; so a row is claimed
before it is worked on, and what no message came for is found by `sweep`.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from time import monotonic
from typing import TypeVar

from celery import current_app
from celery.exceptions import SoftTimeLimitExceeded
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from kombu.exceptions import OperationalError

from assets.errors import PermanentFailure, RetryLater
from assets.models import Job, Purge, Warming
from edge.storage.errors import StorageUnavailable

log = logging.getLogger(__name__)
J = TypeVar("J", Purge, Warming)

State = Job.State
OPEN = (State.QUEUED, State.RUNNING)
#: An open job that has said nothing for so long has lost its message or its worker.
STALE = timedelta(seconds=60)
#: How long one message may keep a worker, in seconds; what is left then goes to the end of the queue.
SLICE = 30
MAX_ATTEMPTS = 20
_LONGEST_PAUSE = 300
_SWEPT_AT_ONCE = 500


def send(job: Job, pause: float = 0, task: str = "") -> None:
    """Nudge a worker, in ``pause`` seconds. A broker that is away is logged, and the row waits for `sweep`."""
    name = task or f"assets.tasks.run_{type(job).__name__.lower()}"
    try:
        current_app.send_task(name, (job.pk,), countdown=pause or None)
    except OperationalError as error:
        log.warning("The broker is away, so %s %s waits for the sweep: %s", type(job).__name__, job.pk, error)


def perform(job: J | None, work: Callable[[J], None]) -> None:
    """Do ``work`` on a claimed job and keep its row right, whatever happens."""
    if job is None:
        return
    try:
        work(job)
    except (RetryLater, StorageUnavailable) as error:
        _again_later(job, str(error))
    except SoftTimeLimitExceeded:
        _again_later(job, "It hung, so its worker was taken away.")
    except PermanentFailure as error:
        fail(job, str(error))
    except Exception as error:
        log.exception("%s %s failed", type(job).__name__, job.pk)
        fail(job, f"Unexpected {type(error).__name__}: {error}")


def claim(peers: QuerySet[J], pk: int) -> J | None:
    """Take the queued job ``pk``, unless another of its ``peers`` (the job itself among them) is being worked on."""
    with transaction.atomic():
        rows = list(peers.select_for_update().filter(state__in=OPEN).order_by("pk"))
        job = next((row for row in rows if row.pk == pk and row.state == State.QUEUED), None)
        if job is None:
            return None
        if any(row.state == State.RUNNING for row in rows):
            save(job)
            transaction.on_commit(lambda: send(job, pause=1))
            return None
        if job.attempts >= MAX_ATTEMPTS:
            fail(job, job.error or "Its worker ended before the job did, each time.")
            return None
        save(job, state=State.RUNNING, attempts=job.attempts + 1)
    return job


def save(job: Job, **fields: object) -> None:
    """Write these fields, and that the job is alive."""
    for name, value in fields.items():
        setattr(job, name, value)
    job.save(update_fields=[*fields, "updated_at"])


def finish(job: Job, **fields: object) -> None:
    save(job, state=State.DONE, error="", finished_at=timezone.now(), **fields)


def fail(job: Job, message: str) -> None:
    save(job, state=State.FAILED, error=message, finished_at=timezone.now())


def try_again(job: Job) -> bool:
    """Queue a failed job once more; whether it was failed."""
    fresh = {"state": State.QUEUED, "attempts": 0, "error": "", "finished_at": None, "updated_at": timezone.now()}
    if not type(job)._default_manager.filter(pk=job.pk, state=State.FAILED).update(**fresh):
        return False
    transaction.on_commit(lambda: send(job), robust=True)
    return True


def pause_after(attempts: int) -> float:
    """Seconds: 2, 4, 8 … 300, the last half of it by chance, so that many jobs do not come back at once."""
    longest = min(2.0**attempts, _LONGEST_PAUSE)
    return longest * random.uniform(0.5, 1)  # noqa: S311  # no secret


def _again_later(job: Job, message: str) -> None:
    if job.attempts >= MAX_ATTEMPTS:
        fail(job, f"Given up after {job.attempts} attempts. {message}")
        return
    save(job, state=State.QUEUED, error=message)
    send(job, pause_after(job.attempts))


class Progress:
    """Tells how far a job is: at most once a second, since rows are not free."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._began = self._told = monotonic()

    def tell(self, **fields: object) -> bool:
        """Whether there is time for more. Where there is not, the job is at the end of the queue already."""
        now = monotonic()
        if now - self._began >= SLICE:
            save(self._job, state=State.QUEUED, attempts=0, **fields)
            send(self._job)
            return False
        if now - self._told >= 1:
            self._told = now
            save(self._job, **fields)
        return True


def sweep() -> int:
    """Send again what was forgotten: messages lost, brokers away at commit, workers killed. How many."""
    now = timezone.now()
    forgotten = [
        job
        for model in (Purge, Warming)
        for job in model._default_manager.filter(state__in=OPEN, updated_at__lt=now - STALE)[:_SWEPT_AT_ONCE]
        if _is_overdue(job, now)
    ]
    return sum(_revive(job, now) for job in forgotten)


def _is_overdue(job: Job, now: datetime) -> bool:
    waits = job.state == State.QUEUED and job.error
    pause = min(2**job.attempts, _LONGEST_PAUSE) if waits else 0
    return job.updated_at + STALE + timedelta(seconds=pause) < now


def _revive(job: Job, now: datetime) -> bool:
    """Only one of several sweeps at once gets the job."""
    same = type(job)._default_manager.filter(pk=job.pk, state=job.state, updated_at=job.updated_at)
    if not same.update(state=State.QUEUED, updated_at=now):
        return False
    send(job)
    return True
