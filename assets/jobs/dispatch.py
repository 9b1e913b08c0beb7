"""Messages to the Celery workers."""

from __future__ import annotations

import logging
from typing import Any

from celery import Task
from kombu.exceptions import OperationalError

from assets.models import Job

log = logging.getLogger(__name__)

_tasks: dict[type[Job], Task[Any, Any]] = {}


def register(model: type[Job], task: Task[Any, Any]) -> None:
    """Let ``task`` work on the jobs of ``model``. It is called with a job's primary key."""
    _tasks[model] = task


def models() -> tuple[type[Job], ...]:
    """The models that a task is registered for."""
    return tuple(_tasks)


def send(job: Job, delay: float = 0) -> None:
    """Tell a worker about ``job``, to start in ``delay`` seconds."""
    send_task(_tasks[type(job)], job.pk, delay=delay)


def send_task(task: Task[Any, Any], *arguments: object, delay: float = 0) -> None:
    """Send a message. If it cannot be sent, log that: `assets.jobs.sweep` sends another within minutes."""
    # Eager tasks run here and now, whatever the delay. A retry would run inside its own first attempt, again and again.
    if delay and task.app.conf.task_always_eager:
        log.info(
            "%s%s waits for the next sweep: CELERY_TASK_ALWAYS_EAGER leaves no worker to wait", task.name, arguments
        )
        return
    try:
        task.apply_async(arguments, countdown=delay)
    except OperationalError as error:
        log.warning("The broker is unavailable; %s%s waits for the next sweep: %s", task.name, arguments, error)
