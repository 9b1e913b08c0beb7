"""Jobs outlive lost messages, killed workers and absent brokers: the row is the truth."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from celery import current_app
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from assets import jobs, tasks
from assets.models import Purge, Warming
from tests.assets.jobs_support import Message, listening, put_variants, serving
from tests.deployment import Deployment, wait_until
from tests.local_cloudfront import LocalCloudFront
from tests.services import postgresql, rabbitmq_broker, redis_broker

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


# The sweep


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
    row = aged(61, state=State.RUNNING, attempts=jobs.MAX_ATTEMPTS)
    tasks.sweep()
    tasks.run_purge(row.pk)
    row.refresh_from_db()
    assert (row.state, row.error) == (State.FAILED, "Its worker ended before the job did, each time.")


@pytest.mark.django_db(transaction=True)
def test_only_what_has_failed_can_be_tried_again(sent: list[Message]) -> None:
    row = aged(0, state=State.FAILED, attempts=20, error="No.", finished_at=timezone.now())
    assert jobs.try_again(row)
    assert not jobs.try_again(row)
    row.refresh_from_db()
    assert (row.state, row.attempts, row.error, row.finished_at) == (State.QUEUED, 0, "", None)
    assert sent == [Message("assets.tasks.run_purge", (row.pk,), waits=False)]


@given(st.integers(1, jobs.MAX_ATTEMPTS))
def test_pauses_grow_to_five_minutes_and_differ(attempts: int) -> None:
    longest = min(2**attempts, 300)
    pauses = {jobs.pause_after(attempts) for _ in range(5)}
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


# Real workers

Starting = Callable[..., Deployment]


@pytest.fixture
def deploy(tmp_path: Path, local_cloudfront: LocalCloudFront) -> Starting:
    def deploy(**options: str) -> Deployment:
        cdn = {"cdn_url": local_cloudfront.url, "distribution_id": local_cloudfront.distribution_id}
        return Deployment(tmp_path, **{**cdn, **options})

    return deploy


_ASK = "from assets.purge import request_purge; print(request_purge({key!r}, reason='requested').pk)"
_PURGE = "select state, variants_deleted, invalidation_status, attempts from assets_purge"


def purged(deployment: Deployment) -> None:
    """Wait until the one purge is done."""
    wait_until(lambda: deployment.query(_PURGE)[0] == "done", lambda: deployment.query("select * from assets_purge"))


def test_messages_flow_through_files_from_one_process_to_another(deploy: Starting) -> None:
    deployment = deploy()
    put_variants(deployment.store, "flow/a.jpg")
    with deployment.worker():
        deployment.django(_ASK.format(key="flow/a.jpg"))
        purged(deployment)
    assert deployment.query(_PURGE) == ["done", 3, "Completed", 1]
    assert list(deployment.store.list("variants/")) == []


def test_a_worker_killed_in_the_middle_of_a_purge_is_made_good_by_the_next_ones_sweep(
    deploy: Starting, local_cloudfront: LocalCloudFront
) -> None:
    released = threading.Event()

    def hang(_: Any) -> Any:
        released.wait(30)
        return 500, b"", {}

    with serving(hang) as stuck:
        deployment = deploy(cdn_url=stuck.url)
        put_variants(deployment.store, "killed/a.jpg")
        with deployment.worker() as worker:
            deployment.django(_ASK.format(key="killed/a.jpg"))
            wait_until(lambda: stuck.asked)
            os.killpg(worker.pid, signal.SIGKILL)
        released.set()
    assert deployment.query(_PURGE) == ["running", 3, "", 1]
    deployment.query("update assets_purge set updated_at = '2026-01-01 00:00:00'")
    deployment.cdn_url = local_cloudfront.url
    with deployment.worker():
        purged(deployment)
    assert deployment.query(_PURGE) == ["done", 3, "Completed", 2]


@pytest.mark.services
@pytest.mark.parametrize("kind", ["redis", "rabbitmq"])
def test_a_real_broker_and_postgresql_carry_purges_and_warmings(kind: str, tmp_path: Path, deploy: Starting) -> None:
    queue = f"test-{tmp_path.name[-20:]}-{os.getpid()}"
    with ExitStack() as stack:
        database = stack.enter_context(postgresql())
        broker = stack.enter_context(redis_broker() if kind == "redis" else rabbitmq_broker(queue))
        deployment = deploy(database=database, broker=broker, queue=queue)
        put_variants(deployment.store, "broker/a.jpg")
        stack.enter_context(deployment.worker())
        deployment.django(_ASK.format(key="broker/a.jpg"))
        deployment.django("from assets.warming import request_warming; request_warming([])")
        purged(deployment)
        wait_until(lambda: deployment.query("select state from assets_warming") == ["done"])
        assert deployment.query(_PURGE) == ["done", 3, "Completed", 1]
