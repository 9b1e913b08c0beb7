"""The Celery application. The tasks are in `assets.tasks`."""

import os
from logging.config import dictConfig
from typing import Any

from celery import Celery
from celery.signals import setup_logging, worker_init
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "imagehub.settings")

app = Celery("imagehub")
app.set_default()  # without it, only the importing thread uses this app; other threads would connect to RabbitMQ
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(
    accept_content=["json"],
    task_serializer="json",
    # Acknowledge a message when its task is done, and prefetch none: another worker can take over from a dead one.
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_ignore_result=True,
    worker_prefetch_multiplier=1,
    # Jobs stop by themselves after a time slice; these limits end one that hangs.
    task_soft_time_limit=240,
    task_time_limit=300,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    # A Redis that fails over answers READONLY or LOADING for a while, which would end the worker.
    broker_channel_error_retry=True,
    # A sweep that waited for so long is superfluous. The worker's clock decides, and may be a minute ahead of beat's.
    beat_schedule={"sweep": {"task": "assets.tasks.sweep", "schedule": 60, "options": {"expires": 300}}},
)
app.autodiscover_tasks()


@setup_logging.connect
def _log_as_django_does(**_: Any) -> None:
    """Celery then changes nothing: LOG_LEVEL counts, and not --loglevel."""
    dictConfig(settings.LOGGING)


@worker_init.connect
def _serve_metrics(**_: Any) -> None:
    if settings.WORKER_METRICS:
        from imagehub.metrics import serve_worker

        serve_worker(settings.WORKER_METRICS)
