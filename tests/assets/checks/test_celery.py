"""Checks of the Celery app, by their ids."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from celery import Celery

from assets.checks.celery import SWEEP
from assets.tasks import sweep
from tests.assets.celery_apps import celery_app
from tests.assets.checks.found import found


@pytest.fixture(autouse=True)
def _settings(settings: Any) -> None:
    settings.IMAGEHUB = {**settings.IMAGEHUB, "DISTRIBUTION_ID": "E1"}


@pytest.fixture
def app() -> Iterator[Celery]:
    with celery_app("memory://") as made:
        yield made


def test_the_task_that_beat_must_send_exists() -> None:
    assert sweep.name == SWEEP


def test_an_app_with_the_task_in_its_schedule_is_good(app: Celery) -> None:
    assert found() == []


def test_no_app(app: Celery, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "main", "default")
    app.conf.update(broker_url=None)
    assert found() == ["imagehub.W002"]


@pytest.mark.parametrize("schedule", [{}, {"other": {"task": "other"}}, {"odd": None}], ids=repr)
def test_no_beat_entry(app: Celery, schedule: Any) -> None:
    app.conf.beat_schedule = schedule
    assert found() == ["imagehub.W003"]


def test_a_schedule_in_the_database_is_not_looked_at(app: Celery) -> None:
    app.conf.update(beat_schedule={}, beat_scheduler="django_celery_beat.schedulers:DatabaseScheduler")
    assert found() == []


def test_a_schedule_of_the_wrong_type(app: Celery) -> None:
    app.conf.beat_schedule = ["sweep"]
    assert found() == ["imagehub.W004"]


@pytest.mark.parametrize(("options", "ids"), [({"expires": 55}, ["imagehub.W010"]), ({"expires": 300}, []), ({}, [])])
def test_a_sweep_that_expires_within_the_difference_of_two_clocks(
    app: Celery, options: dict[str, Any], ids: list[str]
) -> None:
    app.conf.beat_schedule = {"sweep": {"task": SWEEP, "schedule": 60, "options": options}}
    assert found() == ids


@pytest.mark.parametrize(
    ("url", "retry", "ids"),
    [
        ("redis://host/0", False, ["imagehub.W011"]),
        ("rediss://host/0", False, ["imagehub.W011"]),
        ("sentinel://host:26379", False, ["imagehub.W011"]),
        ("redis://host/0", True, []),
        ("amqp://host", False, []),
    ],
)
def test_workers_that_a_failover_of_redis_would_end(app: Celery, url: str, retry: bool, ids: list[str]) -> None:
    app.conf.update(broker_url=url, broker_channel_error_retry=retry)
    assert found() == ids
