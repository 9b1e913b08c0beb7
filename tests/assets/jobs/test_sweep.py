"""Jobs whose message was lost are sent again; all others are left alone."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import F

from assets.jobs.sweep import sweep
from assets.models import Purge, Warming
from tests.assets.job_support import Message

pytestmark = pytest.mark.django_db

State = Purge.State


def aged(seconds: int, **fields: Any) -> Purge:
    """A purge that was last saved so many seconds ago."""
    row = Purge.objects.create(subject="a.jpg", **fields)
    Purge.objects.filter(pk=row.pk).update(saved_seconds=F("saved_seconds") - seconds)
    return row


@pytest.mark.parametrize("state", [State.QUEUED, State.RUNNING])
def test_a_forgotten_job_is_sent_again_once(state: str, sent: list[Message]) -> None:
    row = aged(61, state=state)
    assert (sweep(), sweep()) == (1, 0)
    assert sent == [Message("assets.tasks.run_purge", (row.pk,), waits=False)]
    row.refresh_from_db()
    assert row.state == State.QUEUED


def test_a_job_in_progress_waiting_or_ended_is_left_alone(sent: list[Message]) -> None:
    aged(50, state=State.QUEUED)
    aged(50, state=State.RUNNING)
    aged(1000, state=State.DONE)
    aged(1000, state=State.FAILED)
    aged(300, state=State.QUEUED, attempts=9, error="Storage is unavailable.")
    assert sweep() == 0
    assert sent == []


def test_warmings_are_swept_too_and_retries_whose_delay_is_over(sent: list[Message]) -> None:
    row = aged(361, state=State.QUEUED, attempts=9, error="Storage is unavailable.")
    warming = Warming.objects.create(state=State.RUNNING)
    Warming.objects.update(saved_seconds=F("saved_seconds") - 61)
    assert sweep() == 2
    assert [(message.task, message.arguments) for message in sent] == [
        ("assets.tasks.run_purge", (row.pk,)),
        ("assets.tasks.run_warming", (warming.pk,)),
    ]
