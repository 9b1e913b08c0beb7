"""The states of a job: claimed once, retried with delays, failed with a message."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.db.utils import ConnectionHandler
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from assets.errors import PermanentFailure, Postponed, RetryLater, StorageRefused
from assets.jobs import lifecycle
from assets.models import Purge
from assets.models.rows import primary
from edge.storage.errors import StorageUnavailable
from tests.assets.job_support import Message

State = Purge.State


def queued(**fields: Any) -> Purge:
    return Purge.objects.create(subject="a.jpg", **fields)


def claim(row: Purge) -> Purge | None:
    return lifecycle.claim(primary(Purge).filter(subject=row.subject), row.pk)


@pytest.mark.django_db
def test_a_claimed_job_is_running_and_cannot_be_claimed_again() -> None:
    row = queued()
    claimed = claim(row)
    assert claimed is not None
    assert (claimed.state, claimed.attempts) == (State.RUNNING, 1)
    assert claim(row) is None


@pytest.mark.django_db(transaction=True)
def test_a_job_with_a_running_rival_is_sent_again_a_second_later(sent: list[Message]) -> None:
    queued(state=State.RUNNING)
    waiting = queued()
    assert claim(waiting) is None
    assert sent == [Message("assets.tasks.run_purge", (waiting.pk,), waits=True)]


@pytest.mark.django_db
@pytest.mark.parametrize("state", [State.DONE, State.FAILED])
def test_a_job_that_has_ended_cannot_be_claimed(state: str) -> None:
    assert claim(queued(state=state)) is None


@pytest.mark.django_db
def test_a_job_without_attempts_left_fails() -> None:
    row = queued(attempts=lifecycle.MAX_ATTEMPTS)
    assert claim(row) is None
    row.refresh_from_db()
    assert (row.state, row.error) == (State.FAILED, "The worker stopped unexpectedly at every attempt. See its log.")


@pytest.mark.django_db
def test_work_that_succeeds_gives_its_result() -> None:
    assert lifecycle.perform(queued(), lambda row: row.subject) == "a.jpg"


def test_without_a_job_there_is_nothing_to_do() -> None:
    assert lifecycle.perform(None, lambda row: row.pk) is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("error", "message"),
    [
        (RetryLater("CloudFront does not answer."), "CloudFront does not answer."),
        (StorageUnavailable("S3 does not answer."), "S3 does not answer."),
        (SoftTimeLimitExceeded(), "The job took too long and was stopped."),
    ],
)
def test_a_temporary_failure_queues_the_job_again_with_a_delay(
    error: Exception, message: str, sent: list[Message]
) -> None:
    row = queued(state=State.RUNNING, attempts=1)
    lifecycle.perform(row, lambda _: raise_(error))
    row.refresh_from_db()
    assert (row.state, row.error) == (State.QUEUED, message)
    assert sent == [Message("assets.tasks.run_purge", (row.pk,), waits=True)]


@pytest.mark.django_db
def test_after_the_last_attempt_a_temporary_failure_is_final(sent: list[Message]) -> None:
    row = queued(state=State.RUNNING, attempts=lifecycle.MAX_ATTEMPTS)
    lifecycle.perform(row, lambda _: raise_(RetryLater("CloudFront does not answer.")))
    row.refresh_from_db()
    assert (row.state, row.error) == (State.FAILED, "Gave up after 20 attempts. CloudFront does not answer.")
    assert sent == []


@pytest.mark.django_db
@pytest.mark.parametrize("error", [PermanentFailure, StorageRefused])
def test_a_permanent_failure_ends_the_job(error: type[Exception], sent: list[Message]) -> None:
    row = queued(state=State.RUNNING)
    lifecycle.perform(row, lambda _: raise_(error("Renew the credentials.")))
    row.refresh_from_db()
    assert (row.state, row.error, row.finished_at is not None) == (State.FAILED, "Renew the credentials.", True)
    assert sent == []


@pytest.mark.django_db
def test_an_unexpected_error_ends_the_job_and_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    row = queued(state=State.RUNNING)
    lifecycle.perform(row, lambda _: 1 / 0)
    row.refresh_from_db()
    assert row.state == State.FAILED
    assert row.error == "Unexpected error (see the worker's log): ZeroDivisionError: division by zero"
    assert "Traceback" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_only_a_failed_job_can_be_queued_again(sent: list[Message]) -> None:
    row = queued(state=State.FAILED, attempts=20, error="No.", finished_at=timezone.now())
    assert lifecycle.requeue_failed(row)
    assert not lifecycle.requeue_failed(row)
    row.refresh_from_db()
    assert (row.state, row.attempts, row.error, row.finished_at) == (State.QUEUED, 0, "", None)
    assert sent == [Message("assets.tasks.run_purge", (row.pk,), waits=False)]


@given(st.integers(1, lifecycle.MAX_ATTEMPTS))
def test_delays_grow_to_five_minutes_and_vary(attempts: int) -> None:
    longest = min(2**attempts, 300)
    delays = {lifecycle.retry_delay(attempts) for _ in range(5)}
    assert len(delays) > 1
    assert all(longest / 2 <= delay <= longest for delay in delays)


@pytest.mark.django_db(transaction=True)  # after such an error, the connection is closed
def test_a_locked_database_is_a_temporary_failure(tmp_path: Path, sent: list[Message]) -> None:
    database = {"ENGINE": "django.db.backends.sqlite3", "NAME": tmp_path / "file", "OPTIONS": {"timeout": 0.05}}
    other = ConnectionHandler({"default": database})["default"]
    with closing(sqlite3.connect(tmp_path / "file", isolation_level=None)) as writer:
        writer.execute("BEGIN EXCLUSIVE")
        row = queued(state=State.RUNNING, attempts=1)
        lifecycle.perform(row, lambda _: other.cursor().execute("CREATE TABLE t (x)"))
    other.close()
    row.refresh_from_db()
    assert (row.state, row.error) == (State.QUEUED, "The database reported: database is locked")
    assert sent == [Message("assets.tasks.run_purge", (row.pk,), waits=True)]


@pytest.mark.django_db
def test_an_error_is_one_short_line_that_any_database_stores() -> None:
    row = queued(state=State.RUNNING)
    lifecycle.perform(row, lambda _: raise_(PermanentFailure("a\0b\n" + "<html>" * 1000)))
    row.refresh_from_db()
    assert row.error.startswith("a b <html><html>")
    assert len(row.error) <= 1000


def raise_(error: Exception) -> None:
    raise error


@pytest.mark.django_db(transaction=True)
def test_a_job_whose_turn_has_not_come_waits_without_an_attempt(sent: list[Message]) -> None:
    row = queued()

    def work(_: Purge) -> None:
        raise Postponed("Others are first.", 7)

    lifecycle.perform(claim(row), work)
    row.refresh_from_db()
    assert (row.state, row.attempts, row.error) == (State.QUEUED, 0, "Others are first.")
    assert sent == [Message("assets.tasks.run_purge", (row.pk,), waits=True)]
