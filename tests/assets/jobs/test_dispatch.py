"""Messages to the workers: when they are sent, and what happens if they cannot be."""

from __future__ import annotations

import threading

import pytest
from celery import current_app

from assets import tasks
from assets.jobs import dispatch
from assets.models import BulkPurge, Purge, Warming
from imagehub.celery import app
from tests.assets.job_support import Message

pytestmark = pytest.mark.django_db


def test_each_model_has_its_own_task(sent: list[Message]) -> None:
    purge, bulk_purge = Purge.objects.create(subject="a.jpg"), BulkPurge.objects.create()
    warming = Warming.objects.create()
    dispatch.send(purge)
    dispatch.send(bulk_purge)
    dispatch.send(warming, delay=2)
    assert sent == [
        Message("assets.tasks.run_purge", (purge.pk,), waits=False),
        Message("assets.tasks.run_bulk_purge", (bulk_purge.pk,), waits=False),
        Message("assets.tasks.run_warming", (warming.pk,), waits=True),
    ]
    assert dispatch.models() == (Purge, BulkPurge, Warming)


def test_a_broker_that_is_unavailable_is_logged_and_raises_nothing(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with app.connection_for_write("redis://127.0.0.1:1/0") as closed:
        monkeypatch.setattr(app, "producer_or_acquire", lambda _: closed.Producer())
        dispatch.send(Purge.objects.create(subject="a.jpg"))
    assert "The broker is unavailable; assets.tasks.run_purge" in caplog.text


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
