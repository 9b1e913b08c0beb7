"""Messages to the workers: when they are sent, and what happens if they cannot be."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest
from celery import current_app
from django.db import transaction
from django.db.models import F

from assets import tasks
from assets.jobs import dispatch
from assets.jobs.sweep import sweep
from assets.models import Analysis, BulkPurge, Purge, Warming
from assets.purge import request_purge
from tests.assets.job_support import Message
from tests.brokers import broker_at, closed_port, silent_server

pytestmark = pytest.mark.django_db


def test_each_model_has_its_own_task(sent: list[Message]) -> None:
    purge, bulk_purge = Purge.objects.create(subject="a.jpg"), BulkPurge.objects.create()
    warming, analysis = Warming.objects.create(), Analysis.objects.create()
    dispatch.send(purge)
    dispatch.send(bulk_purge)
    dispatch.send(warming, delay=2)
    dispatch.send(analysis)
    assert sent == [
        Message("assets.tasks.run_purge", (purge.pk,), waits=False),
        Message("assets.tasks.run_bulk_purge", (bulk_purge.pk,), waits=False),
        Message("assets.tasks.run_warming", (warming.pk,), waits=True),
        Message("assets.tasks.run_analysis", (analysis.pk,), waits=False),
    ]
    assert dispatch.models() == (Purge, BulkPurge, Warming, Analysis)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("scheme", ["redis", "amqp"])
@pytest.mark.parametrize("broker", [silent_server, closed_port])
def test_fifty_purges_wait_for_the_broker_once_and_are_sent_by_the_sweep(
    broker: Any, scheme: str, caplog: pytest.LogCaptureFixture, sent: list[Message]
) -> None:
    started = time.monotonic()
    with broker() as port, broker_at(f"{scheme}://127.0.0.1:{port}//"), transaction.atomic():
        for number in range(50):
            request_purge(f"{number}.jpg", reason="replaced", action="delete_variants")
    assert time.monotonic() - started < 10
    assert caplog.text.count("The broker is unavailable; assets.tasks.run_purge") == 1
    assert sent == []
    assert Purge.objects.filter(state=Purge.State.QUEUED).count() == 50
    dispatch._unavailable.until = 0.0  # ten seconds later
    Purge.objects.update(saved_seconds=F("saved_seconds") - 61)
    assert sweep() == len(sent) == 50


@pytest.mark.usefixtures("eager")
def test_an_eager_task_runs_at_once_but_never_with_a_delay() -> None:
    row = Purge.objects.create(subject="a.jpg")
    dispatch.send_task(tasks.run_purge, row.pk, delay=1)
    row.refresh_from_db()
    assert row.state == Purge.State.QUEUED, "it waits for the sweep"
    dispatch.send_task(tasks.run_purge, row.pk)
    row.refresh_from_db()
    assert row.state == Purge.State.DONE


def test_every_thread_of_a_server_sends_to_our_broker() -> None:
    seen = []
    thread = threading.Thread(target=lambda: seen.append(current_app.main))
    thread.start()
    thread.join()
    assert seen == ["imagehub"]
