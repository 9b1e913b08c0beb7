"""Purges whose messages are repeated, whose workers are killed, or whose services fail."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db.models import F

from assets import purge, tasks
from assets.jobs import progress
from assets.models import Purge
from edge.storage.objects.store import Store
from infra.local.cloudfront import LocalCloudFront
from tests.assets.job_support import Message, aws_error, configure, put_variants, serving
from tests.assets.purge_support import finish, queue, run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("aws_credentials")]

State, Reason, Action, Kind = Purge.State, Purge.Reason, Purge.Action, Purge.Kind


def test_a_message_that_arrives_twice_does_the_work_once(cdn: LocalCloudFront) -> None:
    row = run(queue("twice.jpg"))
    run(row)
    assert row.attempts == 1
    finish(row)
    assert run(row).attempts == 1


def test_a_worker_killed_before_it_saved_cloudfronts_answer_gets_the_same_invalidation_again(
    cdn: LocalCloudFront,
) -> None:
    row = queue("killed.jpg")
    purge.run(row)
    first = row.invalidation_id
    row.invalidation_id = ""
    row.save()
    purge.run(row)
    assert row.invalidation_id == first


def test_a_worker_killed_between_two_deletions_leaves_the_rest_to_the_next_one(store: Store) -> None:
    names = put_variants(store, "killed.jpg", 4)
    row = queue("killed.jpg", variants_deleted=1)
    store.delete(names[0])
    run(row)
    assert (row.variants_deleted, list(store.list("variants/"))) == (4, [])


def test_a_purge_of_many_variants_lets_others_run_in_between(
    store: Store, sent: list[Message], monkeypatch: pytest.MonkeyPatch
) -> None:
    put_variants(store, "many.jpg", 3)
    monkeypatch.setattr(progress, "SLICE_SECONDS", 0)
    monkeypatch.setattr(purge, "_BATCH", 1)
    row = queue("many.jpg")
    while row.state != State.DONE:
        run(row)
        monkeypatch.setattr(progress, "SLICE_SECONDS", 0 if len(sent) < 2 else 30)
    assert sent == [Message("assets.tasks.run_purge", (row.pk,), waits=False)] * 2
    assert (row.variants_deleted, list(store.list("variants/"))) == (3, [])


@pytest.mark.django_db(transaction=True)
def test_a_second_purge_of_a_subject_waits_until_cloudfront_has_been_called(root: Path, sent: list[Message]) -> None:
    first = queue("same.jpg", state=State.RUNNING)
    second = queue("same.jpg", reason=Reason.REPLACED)
    assert run(second).state == State.QUEUED
    assert sent == [Message("assets.tasks.run_purge", (second.pk,), waits=True)]
    assert run(queue("other.jpg")).state == State.DONE
    assert run(queue("same.jpg", Action.INVALIDATE, kind=Kind.PRESET)).state == State.DONE
    first.invalidation_id = "I1"
    first.save()
    assert run(second).state == State.DONE


def test_storage_that_is_unavailable_is_tried_again_later(root: Path, sent: list[Message]) -> None:
    shutil.rmtree(root)
    row = run(queue("beach.jpg"))
    assert (row.state, row.attempts) == (State.QUEUED, 1)
    assert "directory does not exist" in row.error
    assert sent == [Message("assets.tasks.run_purge", (row.pk,), waits=True)]
    root.mkdir()
    assert run(row).state == State.DONE
    assert row.error == ""


@pytest.fixture
def failing_cloudfront(root: Path, settings: Any) -> Callable[[int, str], tuple[Purge, int]]:
    """Runs a purge against a CloudFront that answers with an error; returns it with the number of calls."""

    def fail(status: int, code: str) -> tuple[Purge, int]:
        with serving(lambda _: aws_error(status, code)) as server:
            configure(settings, root.as_uri(), server.url, "EDIST")
            return run(queue("beach.jpg")), len(server.asked)

    return fail


def test_a_temporary_error_of_cloudfront_is_tried_again_by_the_job_alone(
    failing_cloudfront: Callable[[int, str], tuple[Purge, int]], sent: list[Message]
) -> None:
    row, calls = failing_cloudfront(429, "TooManyRequestsException")
    assert (row.state, row.error) == (State.QUEUED, "CloudFront answered TooManyRequestsException: No.")
    assert sent == [Message("assets.tasks.run_purge", (row.pk,), waits=True)]
    assert calls == 1, "while boto3 retried, no other job could run"


def test_a_permanent_error_of_cloudfront_fails_the_purge(
    failing_cloudfront: Callable[[int, str], tuple[Purge, int]], sent: list[Message]
) -> None:
    row, _ = failing_cloudfront(403, "AccessDenied")
    assert row.state == State.FAILED
    assert row.error.startswith("CloudFront answered AccessDenied: No. Allow cloudfront:CreateInvalidation")
    assert sent == []


def test_a_distribution_that_does_not_exist_is_named_as_the_mistake(cdn: LocalCloudFront, settings: Any) -> None:
    configure(settings, cdn.store, cdn.url, "EWRONG")
    row = run(queue("wrong.jpg"))
    assert row.state == State.FAILED
    assert "DISTRIBUTION_ID in the setting IMAGEHUB" in row.error


def test_a_cloudfront_that_becomes_unavailable_is_asked_again_later(cdn: LocalCloudFront, settings: Any) -> None:
    row = run(queue("followed.jpg"))
    configure(settings, cdn.store, "http://127.0.0.1:9", cdn.distribution_id)
    tasks.follow_invalidation(row.pk)
    row.refresh_from_db()
    assert row.state == State.QUEUED
    assert row.error.startswith("CloudFront does not answer: ")
    configure(settings, cdn.store, cdn.url, cdn.distribution_id)
    assert finish(row).state == State.DONE


def test_an_error_is_forgotten_when_cloudfront_accepts_the_invalidation(cdn: LocalCloudFront, settings: Any) -> None:
    row = queue("late.jpg")
    configure(settings, cdn.store, "http://127.0.0.1:9", cdn.distribution_id)
    assert run(row).error.startswith("CloudFront does not answer: ")
    configure(settings, cdn.store, cdn.url, cdn.distribution_id)
    assert (run(row).state, row.error) == (State.RUNNING, "")


@pytest.mark.parametrize(("age", "delay"), [(0, 1), (10, 5), (1000, 20)])
def test_cloudfront_is_asked_less_often_as_time_passes(
    cdn: LocalCloudFront, age: int, delay: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = queue("slow.jpg")
    Purge.objects.update(created_seconds=F("created_seconds") - age)
    row.refresh_from_db()
    seconds = purge.run(row)
    assert seconds is not None
    assert delay <= seconds <= min(3 * delay, 20)  # on a slow machine some time has passed since
