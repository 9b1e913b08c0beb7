"""A task runs with the id of the request that sent it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from celery import Celery
from celery.contrib.testing.worker import start_worker

from assets.jobs import broker
from assets.jobs.identified import HEADER, IdentifiedTask, headers
from assets.request_id import bound, current
from tests.assets.celery_apps import celery_app
from tests.machine import wait_until

seen: list[tuple[str, int]] = []


@pytest.fixture
def app() -> Iterator[Celery]:
    seen.clear()
    with celery_app("memory://") as app:
        app.conf.task_default_queue = "identified"
        yield app


@pytest.mark.django_db  # a worker runs the system checks first; those of MariaDB ask the database
def test_the_id_travels_with_the_message_and_with_its_retries(app: Celery) -> None:
    @app.task(base=IdentifiedTask, bind=True, autoretry_for=(ValueError,), default_retry_delay=0)
    def fail_once(self: IdentifiedTask) -> None:
        seen.append((current(), self.request.retries))
        if not self.request.retries:
            raise ValueError

    with start_worker(app, pool="solo", perform_ping_check=False):
        with bound("of-this-click"):
            broker.publish(fail_once, (), 0)
        broker.publish(fail_once, (), 0)
        wait_until(lambda: len(seen) == 4)
    assert sorted(seen) == [("", 0), ("", 1), ("of-this-click", 0), ("of-this-click", 1)]


def test_a_message_outside_a_request_has_no_header() -> None:
    assert headers() == {}
    with bound("of-this-click"):
        assert headers() == {HEADER: "of-this-click"}
