"""Celery apps of a test's own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from celery import Celery, current_app

from assets.checks.celery import SWEEP


@contextmanager
def celery_app(broker: str) -> Iterator[Celery]:
    """An app that is the current one, with the configuration that the checks expect."""
    before = current_app._get_current_object()  # type: ignore[attr-defined]  # of Celery's proxy
    app = Celery("host", broker=broker, set_as_current=True)
    app.set_default()  # for other threads
    app.conf.broker_channel_error_retry = True
    app.conf.beat_schedule = {"imagehub": {"task": SWEEP, "schedule": 60}}
    try:
        yield app
    finally:
        before.set_current()
        before.set_default()
