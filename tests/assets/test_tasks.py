"""Jobs outlive lost messages, killed workers and absent brokers: the row is the truth."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from celery import current_app
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from assets import tasks
from assets.jobs import lifecycle
from assets.models import Purge, Warming
from tests.assets.job_support import Message, listening

State = Purge.State


@pytest.fixture
def sent() -> Iterator[list[Message]]:
    with listening() as messages:
        yield messages


def aged(seconds: float, **fields: Any) -> Purge:
    """A purge that has said nothing for so long."""
    row = Purge.objects.create(subject="a.jpg", **fields)
    Purge.objects.filter(pk=row.pk).update(updated_at=timezone.now() - timedelta(seconds=seconds))
    return row


@pytest.mark.django_db
@pytest.mark.parametrize("state", [State.QUEUED, State.RUNNING])
def test_what_was_forgotten_is_sent_again_once(state: str, sent: list[Message]) -> None:
    row = aged(61, state=state)
    tasks.sweep()
    tasks.sweep()
    assert sent == [Message("assets.tasks.run_purge", (row.pk,), waits=False)]
    row.refresh_from_db()
    assert row.state == State.QUEUED


@pytest.mark.django_db
def test_what_is_under_way_waiting_or_ended_is_left_alone(sent: list[Message]) -> None:
    aged(50, state=State.QUEUED)
    aged(50, state=State.RUNNING)
    aged(1000, state=State.DONE)
    aged(1000, state=State.FAILED)
    aged(300, state=State.QUEUED, attempts=9, error="The store is away.")
    tasks.sweep()
    assert sent == []


@pytest.mark.django_db
def test_warmings_are_swept_too_and_what_waited_long_enough(sent: list[Message]) -> None:
    row = aged(361, state=State.QUEUED, attempts=9, error="The store is away.")
    warming = Warming.objects.create(state=State.RUNNING)
    Warming.objects.update(updated_at=timezone.now() - timedelta(seconds=61))
    tasks.sweep()
    assert [(message.task, message.arguments) for message in sent] == [
        ("assets.tasks.run_purge", (row.pk,)),
        ("assets.tasks.run_warming", (warming.pk,)),
    ]


@pytest.mark.django_db
def test_a_job_that_takes_its_worker_with_it_each_time_is_given_up(sent: list[Message]) -> None:
    row = aged(61, state=State.RUNNING, attempts=lifecycle.MAX_ATTEMPTS)
    tasks.sweep()
    tasks.run_purge(row.pk)
    row.refresh_from_db()
    assert (row.state, row.error) == (
        State.FAILED,
        "The worker stopped unexpectedly at every attempt. See its log.",
    )


@pytest.mark.django_db(transaction=True)
def test_only_what_has_failed_can_be_tried_again(sent: list[Message]) -> None:
    row = aged(0, state=State.FAILED, attempts=20, error="No.", finished_at=timezone.now())
    assert lifecycle.requeue_failed(row)
    assert not lifecycle.requeue_failed(row)
    row.refresh_from_db()
    assert (row.state, row.attempts, row.error, row.finished_at) == (State.QUEUED, 0, "", None)
    assert sent == [Message("assets.tasks.run_purge", (row.pk,), waits=False)]


@given(st.integers(1, lifecycle.MAX_ATTEMPTS))
def test_pauses_grow_to_five_minutes_and_differ(attempts: int) -> None:
    longest = min(2**attempts, 300)
    pauses = {lifecycle.retry_delay(attempts) for _ in range(5)}
    assert len(pauses) > 1
    assert all(longest / 2 <= pause <= longest for pause in pauses)


@pytest.mark.django_db
def test_messages_for_jobs_that_are_gone_do_nothing(sent: list[Message]) -> None:
    for task in (tasks.run_purge, tasks.run_warming, tasks.follow_invalidation):
        task(4711)
    assert sent == []


def test_every_thread_of_a_server_sends_to_our_broker() -> None:
    seen = []
    thread = threading.Thread(target=lambda: seen.append(current_app.main))
    thread.start()
    thread.join()
    assert seen == ["imagehub"]
