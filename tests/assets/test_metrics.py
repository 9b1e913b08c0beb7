"""Metrics of jobs and uploads, in processes of their own: what is counted stays counted for the rest of a process."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assets import metrics
from assets.jobs import lifecycle
from assets.models import BulkPurge, Purge, Warming
from assets.signals import upload_examined

pytestmark = pytest.mark.django_db


def value(name: str, **labels: str) -> float:
    """A sample as Prometheus reads it; 0 if there is none."""
    for line in metrics.expose().decode().splitlines():
        found = re.fullmatch(rf"{name}(?:{{(.*)}})? (\S+)", line)
        if found and dict(re.findall(r'(\w+)="([^"]*)"', found[1] or "")) == labels:
            return float(found[2])
    return 0.0


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics._of_database, "_until", 0.0)


def test_open_and_failed_jobs_are_counted_by_state() -> None:
    for state in ("queued", "queued", "running", "failed", "done"):
        BulkPurge.objects.create(state=state)
    Warming.objects.create()
    counted = {state: value("imagehub_jobs", job="bulkpurge", state=state) for state in Purge.State.values}
    assert counted == {"queued": 2, "running": 1, "failed": 1, "done": 0}
    assert value("imagehub_jobs", job="warming", state="queued") == 1
    assert value("imagehub_jobs", job="purge", state="queued") == 0


def test_the_age_of_the_queue_is_that_of_its_oldest_open_job() -> None:
    assert value("imagehub_oldest_job_seconds", job="purge") == 0
    now = int(time.time())
    for seconds, state in ((500, "done"), (400, "failed"), (90, "running"), (10, "queued")):
        job = Purge.objects.create(subject=state, state=state)
        Purge.objects.filter(pk=job.pk).update(created_seconds=now - seconds)
    metrics._of_database._until = 0.0
    assert 90 <= value("imagehub_oldest_job_seconds", job="purge") < 390


def test_the_database_is_asked_once_for_several_requests_and_uses_an_index() -> None:
    with CaptureQueriesContext(
        connection,
    ) as first:
        metrics.expose()
    assert 4 <= len(first) <= 8
    with CaptureQueriesContext(connection) as second:
        metrics.expose()
    assert len(second) == 0
    query = next(each["sql"] for each in first if 'FROM "imagehub_purge"' in each["sql"])
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {query}")
        plan = str(cursor.fetchall())
    assert "imagehub_purge_state" in plan


def test_a_job_that_ends_is_counted_with_its_time() -> None:
    labels = {"job": "purge"}
    ended = {state: value("imagehub_jobs_ended_total", **labels, state=state) for state in ("done", "failed")}
    timed = value("imagehub_job_seconds_count", **labels)
    lifecycle.finish(Purge.objects.create(subject="a.jpg"))
    lifecycle.fail(Purge.objects.create(subject="b.jpg"), "No.")
    assert value("imagehub_jobs_ended_total", **labels, state="done") == ended["done"] + 1
    assert value("imagehub_jobs_ended_total", **labels, state="failed") == ended["failed"] + 1
    assert value("imagehub_job_seconds_count", **labels) == timed + 1


@pytest.mark.parametrize(("accepted", "result"), [(True, "accepted"), (False, "refused")])
def test_uploads_are_counted_by_result(accepted: bool, result: str) -> None:
    before = value("imagehub_upload_seconds_count", result=result)
    upload_examined.send(None, seconds=0.2, accepted=accepted)
    assert value("imagehub_upload_seconds_count", result=result) == before + 1
    assert value("imagehub_upload_seconds_bucket", result=result, le="0.25") >= 1


def test_nothing_names_a_user_or_an_image() -> None:
    lifecycle.fail(Purge.objects.create(subject="private/name.jpg"), "No.")
    text: Any = metrics.expose().decode()
    assert "private" not in text
