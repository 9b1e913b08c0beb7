"""Messages to the Celery workers."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from time import monotonic
from typing import Any

from celery import Task

from assets.jobs import broker
from assets.models import Job

log = logging.getLogger(__name__)

#: After a failure, no message is sent for so long.
PAUSE_SECONDS = 10


@dataclass
class _Unavailable:
    """Until when the broker counts as unavailable, by the clock of `monotonic`."""

    until: float = 0.0


_unavailable = _Unavailable()
_tasks: dict[type[Job], Task[Any, Any]] = {}


def register(model: type[Job], task: Task[Any, Any]) -> None:
    """Let ``task`` work on the jobs of ``model``. It is called with a job's primary key."""
    _tasks[model] = task


def models() -> tuple[type[Job], ...]:
    """The models that a task is registered for."""
    return tuple(_tasks)


def send(job: Job, delay: float = 0) -> None:
    """Tell a worker about ``job``, to start in ``delay`` seconds."""
    send_for(type(job), job.pk, delay)


def send_for(model: type[Job], pk: int, delay: float = 0) -> None:
    """As `send`, for the job of ``model`` with the primary key ``pk``."""
    send_task(_tasks[model], pk, delay=delay)


def send_task(task: Task[Any, Any], *arguments: object, delay: float = 0) -> None:
    """Send a message. If it cannot be sent, log that: `assets.jobs.sweep` sends another within minutes.

    One failure decides for all messages of the next seconds, so that a request with many waits for one of them.
    """
    if task.app.conf.task_always_eager:
        _run_here(task, arguments, delay)
    elif monotonic() < _unavailable.until:
        log.info("The broker was unavailable a moment ago; %s%s waits for the next sweep", task.name, arguments)
    else:
        try:
            broker.publish(task, arguments, delay)
        except broker.BrokerUnavailable as error:
            _unavailable.until = monotonic() + PAUSE_SECONDS
            log.warning("The broker is unavailable; %s%s waits for the next sweep: %s", task.name, arguments, error)


def _run_here(task: Task[Any, Any], arguments: tuple[object, ...], delay: float) -> None:
    """Eager tasks run at once, whatever the delay. A retry would run inside its own first attempt, again and again."""
    if delay:
        log.info(
            "%s%s waits for the next sweep: CELERY_TASK_ALWAYS_EAGER leaves no worker to wait", task.name, arguments
        )
    else:
        task.apply_async(arguments)
