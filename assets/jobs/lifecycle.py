"""The states of a job, from the claim to the end."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable
from typing import TypeVar

from celery.exceptions import SoftTimeLimitExceeded
from django.db import InterfaceError, OperationalError, connections, router, transaction
from django.db.models import QuerySet
from django.utils import timezone

from assets import request_id
from assets.clock import DatabaseSeconds
from assets.errors import PermanentFailure, Postponed, RetryLater, StorageRefused
from assets.jobs import dispatch
from assets.models import Job
from assets.models.rows import primary
from assets.signals import job_ended
from edge.storage.errors import StorageUnavailable

log = logging.getLogger(__name__)
J = TypeVar("J", bound=Job)
R = TypeVar("R")

State = Job.State
OPEN = (State.QUEUED, State.RUNNING)
MAX_ATTEMPTS = 20
MAX_DELAY_SECONDS = 300
_CLAIM_AGAIN_SECONDS = 5
_MAX_ERROR = 1000


def claim(rivals: QuerySet[J], pk: int) -> J | None:
    """Start the queued job ``pk``, unless it or one of its ``rivals`` is running. They include the job itself.

    Returns None if the job cannot start. If it has to wait for a rival, or the database for another transaction,
    another message is sent for it.
    """
    try:
        return _claim(rivals, pk)
    except OperationalError as error:  # a deadlock, or "database is locked"
        log.warning("%s %s starts later: %s", rivals.model.__name__, pk, error)
        dispatch.send_for(rivals.model, pk, delay=_CLAIM_AGAIN_SECONDS)
        return None


def _claim(rivals: QuerySet[J], pk: int) -> J | None:
    with transaction.atomic(using=rivals.db):
        # Locked in one order, or two workers with two messages could wait for each other.
        rows = list(rivals.select_for_update().filter(state__in=OPEN).order_by("pk"))
        job = next((row for row in rows if row.pk == pk and row.state == State.QUEUED), None)
        if job is None:
            return None
        if any(row.state == State.RUNNING for row in rows):
            save(job)
            transaction.on_commit(lambda: dispatch.send(job, delay=1), using=rivals.db)
            return None
        if job.attempts >= MAX_ATTEMPTS:
            fail(job, job.error or "The worker stopped unexpectedly at every attempt. See its log.")
            return None
        save(job, state=State.RUNNING, attempts=job.attempts + 1)
    return job


def perform(job: J | None, work: Callable[[J], R]) -> R | None:
    """Do ``work`` on a claimed job. Whatever happens, the row says how it ended.

    Returns what ``work`` returns, or None if it did not finish or there is no job.
    """
    if job is None:
        return None
    with request_id.bound(job.request_id):
        return _perform(job, work)


def _perform(job: J, work: Callable[[J], R]) -> R | None:
    try:
        return work(job)
    except (PermanentFailure, StorageRefused) as error:
        fail(job, str(error))
    except Postponed as error:
        save(job, state=State.QUEUED, attempts=job.attempts - 1, error=short_text(str(error), _MAX_ERROR))
        dispatch.send(job, error.seconds)
    except (RetryLater, StorageUnavailable) as error:
        _retry_later(job, str(error))
    except (OperationalError, InterfaceError) as error:
        connections[router.db_for_write(type(job), instance=job)].close_if_unusable_or_obsolete()
        _retry_later(job, f"The database reported: {error}")
    except SoftTimeLimitExceeded:
        _retry_later(job, "The job took too long and was stopped.")
    except Exception as error:  # whatever it is, the row must not stay "running"
        log.exception("%s %s failed", type(job).__name__, job.pk)
        fail(job, f"Unexpected error (see the worker's log): {type(error).__name__}: {error}")
    return None


def save(job: Job, **fields: object) -> None:
    """Write ``fields``, and the time, by which `sweep` knows that the job is alive."""
    for name, value in fields.items():
        setattr(job, name, value)
    job.save(update_fields=[*fields, "updated_at", "saved_seconds"])


def finish(job: Job, **fields: object) -> None:
    save(job, state=State.DONE, error="", finished_at=timezone.now(), **fields)
    _log_end(job, logging.INFO)


def fail(job: Job, message: str) -> None:
    save(job, state=State.FAILED, error=short_text(message, _MAX_ERROR), finished_at=timezone.now())
    _log_end(job, logging.WARNING)


def _log_end(job: Job, level: int) -> None:
    seconds = round((job.finished_at - job.created_at).total_seconds(), 1) if job.finished_at else None
    facts = {"job": job._meta.model_name, "job_id": job.pk, "state": job.state, "seconds": seconds}
    text = f": {job.error}" if job.error else ""
    job_ended.send(type(job), instance=job)
    log.log(level, "%s %s is %s%s", type(job).__name__, job.pk, job.state, text, extra=facts)


def short_text(text: str, longest: int) -> str:
    """``text`` for a row that people read: PostgreSQL stores no NUL, and nobody reads a page of HTML."""
    printable = "".join(char if char.isprintable() else " " for char in text[:longest])
    return " ".join(printable.split())


def requeue_failed(job: Job) -> bool:
    """Queue a failed job again, on commit. Returns False, and changes nothing, if it has not failed."""
    using = router.db_for_write(type(job), instance=job)
    times = {"updated_at": timezone.now(), "saved_seconds": DatabaseSeconds()}
    fresh = {"state": State.QUEUED, "attempts": 0, "error": "", "finished_at": None, **times}
    if not primary(type(job), using).filter(pk=job.pk, state=State.FAILED).update(**fresh):
        return False
    transaction.on_commit(lambda: dispatch.send(job), using=using, robust=True)
    return True


def retry_delay(attempts: int) -> float:
    """Seconds before the next attempt: at most 2, 4, 8 … 300, the last half random, which spreads the load."""
    longest = min(2.0**attempts, MAX_DELAY_SECONDS)
    return longest * random.uniform(0.5, 1)  # noqa: S311  # spreads load, guards no secret


def _retry_later(job: Job, message: str) -> None:
    if job.attempts >= MAX_ATTEMPTS:
        fail(job, f"Gave up after {job.attempts} attempts. {message}")
        return
    save(job, state=State.QUEUED, error=short_text(message, _MAX_ERROR))
    dispatch.send(job, retry_delay(job.attempts))
