"""Purging: what is deleted and invalidated, in which order, and what happens if a service fails on the way."""

from __future__ import annotations

import dataclasses
import shutil
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone

from assets import purge, tasks
from assets.jobs import dispatch, progress
from assets.models import Asset, Purge
from assets.purge import NO_CDN, request_purge
from assets.storage import object_store
from edge.contract.cache_tags import asset_tag, preset_tag
from edge.contract.failure import failure_object_key
from edge.storage.errors import Denied, Missing
from edge.storage.objects.store import Store
from infra.local.cloudfront import LocalCloudFront
from tests.assets.job_support import Message, aws_error, configure, put_variants, serving

pytestmark = pytest.mark.django_db

State, Reason, Action, Kind = Purge.State, Purge.Reason, Purge.Action, Purge.Kind


@pytest.fixture(autouse=True)
def _credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")


@pytest.fixture
def cdn(local_cloudfront: LocalCloudFront, settings: Any) -> LocalCloudFront:
    """A CloudFront before the storage. Without this fixture there is no distribution."""
    configure(settings, local_cloudfront.store, local_cloudfront.url, local_cloudfront.distribution_id)
    return local_cloudfront


def queue(subject: str, action: Purge.Action = Action.DELETE_VARIANTS, **fields: Any) -> Purge:
    return Purge.objects.create(subject=subject, action=action, **fields)


def run(row: Purge) -> Purge:
    """As a worker does that gets the purge's message."""
    tasks.run_purge(row.pk)
    row.refresh_from_db()
    return row


def finish(row: Purge) -> Purge:
    """As workers do until CloudFront has completed the invalidation."""
    run(row)
    while row.state == State.RUNNING:
        tasks.follow_invalidation(row.pk)
        row.refresh_from_db()
        time.sleep(0.02)
    return row


def put_original(key: str, body: bytes = b"image", version: str | None = None) -> None:
    metadata = {"version": version} if version else None
    object_store().put(f"originals/{key}", body, content_type="image/jpeg", metadata=metadata)


def originals() -> list[str]:
    return list(object_store().list("originals/"))


# What each action does


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("reason", Reason)
def test_the_action_alone_decides_what_is_deleted(store: Store, reason: str, action: Purge.Action) -> None:
    put_original("photo.jpg")
    variants = put_variants(store, "photo.jpg")
    assert finish(queue("photo.jpg", action, reason=reason)).state == State.DONE
    kept = {
        Action.DELETE_ORIGINAL: [],
        Action.DELETE_VARIANTS: ["originals/photo.jpg"],
        Action.INVALIDATE: ["originals/photo.jpg", *variants],
    }
    assert sorted(store.list("")) == sorted(kept[action])


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("reason", Reason)
def test_a_preset_can_only_be_invalidated(store: Store, reason: str, action: Purge.Action) -> None:
    """Its name may be that of a folder of images."""
    kept = put_variants(store, "card/photo.jpg")
    if action == Action.INVALIDATE:
        assert finish(queue("card", action, reason=reason, kind=Kind.PRESET)).state == State.DONE
        assert list(store.list("variants/card/")) == kept
    else:
        with pytest.raises(IntegrityError), transaction.atomic():
            request_purge("card", reason=reason, action=action, kind=Kind.PRESET)


def test_variants_are_deleted_and_the_cache_tag_is_invalidated(cdn: LocalCloudFront, sent: list[Message]) -> None:
    for name in put_variants(object_store(), "tag/beach.jpg"):
        assert object_store().head(name)
    other = put_variants(object_store(), "tag/beach.jpeg")
    row = run(queue("tag/beach.jpg"))
    assert list(object_store().list("variants/tag/")) == other
    assert (row.state, row.variants_deleted, row.invalidation_status) == (State.RUNNING, 3, "InProgress")
    assert sent == [Message("assets.tasks.follow_invalidation", (row.pk,), waits=True)]
    finish(row)
    assert (row.state, row.invalidation_status, row.error) == (State.DONE, "Completed", "")
    assert row.finished_at


@pytest.mark.parametrize(
    ("kind", "action", "tag"),
    [(Kind.ASSET, Action.DELETE_VARIANTS, asset_tag("card")), (Kind.PRESET, Action.INVALIDATE, preset_tag("card"))],
)
def test_an_invalidation_has_one_tag_and_the_same_reference_at_each_attempt(
    root: Path, settings: Any, kind: str, action: Purge.Action, tag: str
) -> None:
    bodies = []

    def answer(handler: Any) -> Any:
        bodies.append(handler.body.decode())
        return aws_error(503, "ServiceUnavailable")

    row = queue("card", action, kind=kind)
    with serving(answer) as server:
        configure(settings, root.as_uri(), server.url, "EDIST")
        run(row)
        Purge.objects.update(state=State.QUEUED)
        run(row)
    assert bodies[0] == bodies[1]
    assert f"<Path>#{tag}</Path></Items>" in bodies[0]
    assert "<Quantity>1</Quantity>" in bodies[0]
    assert f"<CallerReference>imagehub-purge-{row.pk}-{row.created_at:%Y%m%dT%H%M%S%f}<" in bodies[0]


@pytest.mark.parametrize("action", [Action.DELETE_ORIGINAL, Action.DELETE_VARIANTS, Action.INVALIDATE])
def test_a_purge_forgets_that_the_original_could_not_be_rendered(store: Store, action: Purge.Action) -> None:
    """By engines of every rev; what an invalidation alone keeps, and the records of other originals, stay."""
    put_original("a.jpg")
    etag = store.head("originals/a.jpg").etag
    own = {failure_object_key(etag, rev) for rev in ("96c24d99", "00000001")}
    other = failure_object_key('"' + etag.strip('"') + '0"', "96c24d99")
    for name in (*own, other):
        store.put(name, b"{}", content_type="application/json")
    assert run(queue("a.jpg", action)).state == State.DONE
    assert set(store.list("failures/")) == {other} | (own if action == Action.INVALIDATE else set())


def test_without_a_distribution_the_purge_is_done_once_the_variants_are_deleted(store: Store) -> None:
    put_variants(store, "beach.jpg")
    row = run(queue("beach.jpg"))
    assert (row.state, row.variants_deleted, row.invalidation_status) == (State.DONE, 3, NO_CDN)
    assert list(store.list("variants/")) == []


def test_keys_with_unusual_characters_are_purged(cdn: LocalCloudFront) -> None:
    for key in ("hard/é +%#?&.jpg", "hard/文 字.png", f"hard/{'x' * 200}/{'y' * 200}.jpg"):
        put_variants(object_store(), key)
        assert finish(queue(key)).state == State.DONE
        assert list(object_store().list("variants/hard/")) == []


# Requesting one


@pytest.mark.django_db(transaction=True)
def test_a_request_sends_one_message_when_the_transaction_commits(sent: list[Message], django_user_model: Any) -> None:
    user: User = django_user_model.objects.create_user("ed")
    with transaction.atomic():
        row = request_purge("a.jpg", reason=Reason.REPLACED, action=Action.DELETE_VARIANTS, user_id=user.pk)
        assert sent == []
    assert sent == [Message("assets.tasks.run_purge", (row.pk,), waits=False)]
    assert (row.state, row.action, row.requested_by) == (State.QUEUED, Action.DELETE_VARIANTS, user)


@pytest.mark.django_db(transaction=True)
def test_a_request_repeated_in_one_transaction_is_one_purge(sent: list[Message]) -> None:
    def replaced() -> Purge:
        return request_purge("a.jpg", reason=Reason.REPLACED, action=Action.DELETE_VARIANTS)

    def deleted(version: str) -> Purge:
        return request_purge("a.jpg", reason=Reason.DELETED, action=Action.DELETE_ORIGINAL, version=version)

    with transaction.atomic():
        first = replaced()
        assert replaced() == first
        others = [
            deleted("00000001"),
            deleted("00000002"),
            request_purge("a.jpg", reason=Reason.REPLACED, action=Action.INVALIDATE),
            request_purge("b.jpg", reason=Reason.REPLACED, action=Action.DELETE_VARIANTS),
            request_purge("a.jpg", reason=Reason.REPLACED, action=Action.INVALIDATE, kind=Kind.PRESET),
        ]
    assert [message.arguments for message in sent] == [(row.pk,) for row in [first, *others]]
    with transaction.atomic():
        assert replaced() != first


@pytest.mark.django_db(transaction=True)
def test_a_request_that_is_rolled_back_is_not_a_repetition_of_the_next_one(sent: list[Message]) -> None:
    with transaction.atomic():
        with transaction.atomic():
            request_purge("a.jpg", reason=Reason.REPLACED, action=Action.DELETE_VARIANTS)
            transaction.set_rollback(True)
        row = request_purge("a.jpg", reason=Reason.REPLACED, action=Action.DELETE_VARIANTS)
    assert [message.arguments for message in sent] == [(row.pk,)]
    assert list(Purge.objects.all()) == [row]


@pytest.mark.django_db(transaction=True)
def test_a_request_does_not_repeat_one_that_is_done_already(sent: list[Message]) -> None:
    """Also if others wait: a purge may run within the transaction, or be removed."""

    def request() -> Purge:
        return request_purge("a.jpg", reason=Reason.REPLACED, action=Action.DELETE_VARIANTS)

    queue("other.jpg")
    with transaction.atomic():
        first = request()
        Purge.objects.filter(pk=first.pk).update(state=State.DONE)
        assert request() != first
    with transaction.atomic():
        removed = request()
        removed_pk = removed.pk
        Purge.objects.filter(pk=removed_pk).delete()
        assert request().pk != removed_pk


@pytest.mark.django_db(transaction=True)
def test_an_error_while_the_message_is_sent_does_not_reach_the_request(monkeypatch: pytest.MonkeyPatch) -> None:
    def send(_: Purge) -> None:
        raise RuntimeError("a mistake in a broker's library")

    monkeypatch.setattr(dispatch, "send", send)
    with transaction.atomic():
        row = request_purge("a.jpg", reason=Reason.REPLACED, action=Action.DELETE_VARIANTS)
    assert Purge.objects.get(pk=row.pk).state == State.QUEUED


def test_the_message_waits_for_the_transaction_of_the_named_database(monkeypatch: pytest.MonkeyPatch) -> None:
    databases: list[str | None] = []
    monkeypatch.setattr(transaction, "on_commit", lambda *_, using=None, **__: databases.append(using))
    request_purge("a.jpg", reason=Reason.REPLACED, action=Action.DELETE_VARIANTS, using="default")
    request_purge("b.jpg", reason=Reason.REPLACED, action=Action.DELETE_VARIANTS)
    assert databases == ["default", "default"]


# Deleting originals


def test_an_original_that_is_gone_already_needs_no_deletion(store: Store) -> None:
    put_variants(store, "gone.jpg")
    assert run(queue("gone.jpg", Action.DELETE_ORIGINAL)).state == State.DONE
    assert list(store.list("")) == []


def test_an_original_without_metadata_is_deleted_whatever_version_is_named(store: Store) -> None:
    put_original("plain.jpg")
    assert run(queue("plain.jpg", Action.DELETE_ORIGINAL, version="00000001")).state == State.DONE
    assert list(store.list("")) == []


def test_the_age_of_an_original_is_told_by_the_clock_of_storage(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    row = queue("again.jpg", Action.DELETE_ORIGINAL)
    Purge.objects.update(created_at=timezone.now() - timedelta(seconds=5))
    put_original("again.jpg", b"new image")
    head = object_store().head("originals/again.jpg")
    slow = timezone.now() - timedelta(hours=1)
    store = type(object_store())
    monkeypatch.setattr(store, "head", lambda *_: dataclasses.replace(head, last_modified=slow, now=slow))
    assert run(row).state == State.DONE
    assert originals() == ["originals/again.jpg"]


def test_the_original_of_a_new_image_with_the_same_key_is_kept(root: Path) -> None:
    row = queue("again.jpg", Action.DELETE_ORIGINAL)
    Asset.objects.bulk_create([Asset(key="again.jpg", original="again.jpg")])
    put_original("again.jpg", b"new image")
    assert run(row).state == State.DONE
    assert originals() == ["originals/again.jpg"]


def test_an_original_uploaded_after_the_deletion_is_kept_before_its_row_is_committed(root: Path) -> None:
    row = queue("again.jpg", Action.DELETE_ORIGINAL)
    Purge.objects.update(created_at=timezone.now() - timedelta(seconds=1.5))
    put_original("again.jpg", b"new image")
    assert run(row).state == State.DONE
    assert originals() == ["originals/again.jpg"]


def test_an_original_deleted_within_a_second_of_its_upload_is_deleted_though_s3_tells_whole_seconds(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_original("brief.jpg")
    row = queue("brief.jpg", Action.DELETE_ORIGINAL)
    Purge.objects.update(created_at=timezone.now() - timedelta(seconds=0.6))
    head = object_store().head("originals/brief.jpg")
    second = timezone.now().replace(microsecond=0)
    store = type(object_store())
    monkeypatch.setattr(store, "head", lambda *_: dataclasses.replace(head, last_modified=second, now=second))
    assert run(row).state == State.DONE
    monkeypatch.undo()
    with pytest.raises(Missing):
        object_store().get("originals/brief.jpg")


def test_an_original_of_another_version_is_kept(root: Path) -> None:
    row = queue("again.jpg", Action.DELETE_ORIGINAL, version="00000001")
    put_original("again.jpg", b"new image", version="00000002")
    assert run(row).state == State.DONE
    assert originals() == ["originals/again.jpg"]
    put_original("again.jpg", b"old image", version="00000001")
    run(queue("again.jpg", Action.DELETE_ORIGINAL, version="00000001"))
    assert originals() == []


def test_an_original_that_s3_denies_access_to_is_a_failure_that_says_what_to_allow(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def head(*_: object) -> None:
        raise Denied("originals/a.jpg")

    monkeypatch.setattr(type(object_store()), "head", head)
    row = run(queue("a.jpg", Action.DELETE_ORIGINAL))
    assert row.state == State.FAILED
    assert "S3 denies access to originals/a.jpg" in row.error
    assert "Allow s3:GetObject" in row.error


# Repeated messages, and workers that are killed


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


# Services that fail


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
    cdn: LocalCloudFront, age: float, delay: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = queue("slow.jpg")
    row.created_at = timezone.now() - timedelta(seconds=age)
    seconds = purge.run(row)
    assert seconds is not None
    assert delay <= seconds <= min(3 * delay, 20)  # on a slow machine some time has passed since
