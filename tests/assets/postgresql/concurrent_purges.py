"""Purges that are requested, claimed or locked at once. Run by ``test_on_postgresql.py``."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from assets import purge
from assets.jobs import lifecycle
from assets.jobs.lifecycle import claim
from assets.models import Purge
from tests.assets.concurrency_support import SECONDS, at_once, in_thread
from tests.assets.job_support import Message

pytestmark = pytest.mark.django_db(transaction=True)


def test_purges_of_one_subject_run_one_at_a_time() -> None:
    for _ in range(10):
        Purge.objects.all().delete()
        rows = [Purge.objects.create(subject="a.jpg") for _ in range(4)]
        claims = at_once(*(lambda pk=row.pk: claim(purge.rivals(pk), pk) for row in rows))
        assert len([each for each in claims if each]) == 1
        assert Purge.objects.filter(state=Purge.State.RUNNING).count() == 1


def test_a_purge_with_two_messages_is_claimed_once() -> None:
    for _ in range(10):
        pk = Purge.objects.create(subject="a.jpg").pk
        claims = at_once(*[lambda: claim(purge.rivals(pk), pk)] * 4)  # noqa: B023  # all done within the round
        assert len([each for each in claims if each]) == 1
        Purge.objects.all().delete()


def test_purges_of_different_subjects_do_not_wait_for_each_other() -> None:
    rows = [Purge.objects.create(subject=f"{index}.jpg") for index in range(4)]
    claims = at_once(*(lambda pk=row.pk: claim(purge.rivals(pk), pk) for row in rows))
    assert all(claims)


def ask() -> Purge:
    return purge.request_purge("a.jpg", reason=Purge.Reason.REPLACED, action=Purge.Action.DELETE_VARIANTS)


def test_requests_for_the_same_work_at_once_are_one_purge() -> None:
    for _ in range(10):
        Purge.objects.all().delete()
        assert len({row.pk for row in at_once(*[ask] * 4)}) == 1
        assert Purge.objects.count() == 1


def test_a_purge_that_a_request_joined_starts_after_the_requests_transaction() -> None:
    """Or it could delete variants of the old image, be done, and leave what the change makes outdated."""
    first = ask()
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            assert ask() == first
            claimed = pool.submit(in_thread, lambda: claim(purge.rivals(first.pk), first.pk))
            with pytest.raises(TimeoutError):
                claimed.result(0.5)
        assert claimed.result(SECONDS) == first


def test_a_request_while_a_worker_claims_the_purge_is_a_new_one() -> None:
    first = ask()
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            claim(purge.rivals(first.pk), first.pk)
            asked = pool.submit(in_thread, ask)
            with pytest.raises(TimeoutError):
                asked.result(0.5)
        assert asked.result(SECONDS) != first


def test_a_deadlock_is_tried_again_later(sent: list[Message]) -> None:
    row, first, second = (Purge.objects.create(subject=name, state=Purge.State.RUNNING) for name in "abc")
    locked = threading.Barrier(2)

    def lock(*purges: Purge) -> None:
        with transaction.atomic():
            for each in purges:
                Purge.objects.select_for_update().get(pk=each.pk)
                if each == purges[0]:
                    locked.wait(SECONDS)
                    # PostgreSQL ends the transaction that notices the deadlock: the one that has waited for longer.
                    time.sleep(0.3 if each == second else 0)

    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(in_thread, lambda: lock(second, first))
        lifecycle.perform(row, lambda _: lock(first, second))
        other.result(SECONDS)
    row.refresh_from_db()
    assert row.state == Purge.State.QUEUED
    assert "deadlock detected" in row.error
    assert sent == [Message("assets.tasks.run_purge", (row.pk,), waits=True)]


def test_a_job_whose_row_is_locked_for_too_long_starts_later(sent: list[Message]) -> None:
    row = ask()
    sent.clear()
    with transaction.atomic():
        ask()

        def impatient() -> Purge | None:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '100ms'")
            return claim(purge.rivals(row.pk), row.pk)

        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(in_thread, impatient).result(SECONDS) is None
    assert sent == [Message("assets.tasks.run_purge", (row.pk,), waits=True)]
