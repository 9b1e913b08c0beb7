"""Purging: the original, the variants, the invalidation; and everything that may go wrong on the way."""

from __future__ import annotations

import dataclasses
import shutil
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from assets import purge, tasks
from assets.jobs import progress
from assets.models import Asset, Purge
from assets.purge import NO_CDN, request_purge
from assets.storage import object_store as store
from edge.contract.cache_tags import asset_tag
from edge.storage.errors import Denied, Missing
from imagehub.celery import app
from infra.local.cloudfront import LocalCloudFront
from tests.assets.job_support import Message, aws_error, configure, listening, put_variants, serving

pytestmark = pytest.mark.django_db

State, Reason, Action = Purge.State, Purge.Reason, Purge.Action


@pytest.fixture(autouse=True)
def _credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")


@pytest.fixture
def sent() -> Iterator[list[Message]]:
    with listening() as messages:
        yield messages


@pytest.fixture
def root(tmp_path: Path, settings: Any) -> Path:
    """A store without any CDN before it."""
    folder = tmp_path / "objects"
    folder.mkdir()
    configure(settings, folder.as_uri())
    return folder


@pytest.fixture
def cdn(local_cloudfront: LocalCloudFront, settings: Any) -> LocalCloudFront:
    location, url = local_cloudfront.store, local_cloudfront.url
    configure(settings, location, url, local_cloudfront.distribution_id)
    return local_cloudfront


ACTIONS = {Reason.DELETED: Action.DELETE_ORIGINAL, Reason.CHANGED: Action.INVALIDATE}


def asked_for(subject: str, reason: Purge.Reason = Reason.REQUESTED, **fields: Any) -> Purge:
    action = ACTIONS.get(reason, Action.DELETE_VARIANTS)
    return Purge.objects.create(subject=subject, reason=reason, **{"action": action, **fields})


def work_off(row: Purge) -> Purge:
    """As the worker does it."""
    tasks.run_purge(row.pk)
    row.refresh_from_db()
    return row


def follow(row: Purge) -> Purge:
    """Until CloudFront is done with it."""
    while row.state == State.RUNNING:
        tasks.follow_invalidation(row.pk)
        row.refresh_from_db()
        time.sleep(0.02)
    return row


# Asking for one


@pytest.mark.django_db(transaction=True)
def test_a_request_sends_one_message_when_the_transaction_commits(sent: list[Message], django_user_model: Any) -> None:
    user: User = django_user_model.objects.create_user("ed")
    with transaction.atomic():
        row = request_purge("a.jpg", reason=Reason.REPLACED, action=Action.DELETE_VARIANTS, user_id=user.pk)
        assert sent == []
    assert sent == [Message("assets.tasks.run_purge", (row.pk,), waits=False)]
    assert (row.state, row.requested_by) == (State.QUEUED, user)


@pytest.mark.django_db(transaction=True)
def test_the_same_request_twice_in_one_transaction_is_one_purge(sent: list[Message]) -> None:
    with transaction.atomic():
        first = request_purge("a.jpg", reason=Reason.REPLACED, action=Action.DELETE_VARIANTS)
        assert request_purge("a.jpg", reason=Reason.REPLACED, action=Action.DELETE_VARIANTS) == first
        others = [
            request_purge("a.jpg", reason=Reason.DELETED, action=Action.DELETE_ORIGINAL),
            request_purge("b.jpg", reason=Reason.REPLACED, action=Action.DELETE_VARIANTS),
            request_purge("a.jpg", reason=Reason.REPLACED, action=Action.INVALIDATE, kind=Purge.Kind.PRESET),
        ]
    assert [message.arguments for message in sent] == [(row.pk,) for row in [first, *others]]
    with transaction.atomic():
        assert request_purge("a.jpg", reason=Reason.REPLACED, action=Action.DELETE_VARIANTS) != first


@pytest.mark.django_db(transaction=True)
def test_a_request_that_is_rolled_back_sends_nothing_and_does_not_swallow_the_next(sent: list[Message]) -> None:
    with transaction.atomic():
        with transaction.atomic():
            request_purge("a.jpg", reason=Reason.REPLACED, action=Action.DELETE_VARIANTS)
            transaction.set_rollback(True)
        row = request_purge("a.jpg", reason=Reason.REPLACED, action=Action.DELETE_VARIANTS)
    assert [message.arguments for message in sent] == [(row.pk,)]
    assert list(Purge.objects.all()) == [row]


@pytest.mark.django_db(transaction=True)
def test_without_a_broker_the_row_waits_and_the_editor_is_not_bothered(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with monkeypatch.context() as patched, app.connection_for_write("redis://127.0.0.1:1/0") as away:
        patched.setattr(app, "producer_or_acquire", lambda _: away.Producer())
        row = request_purge("a.jpg", reason=Reason.REQUESTED, action=Action.DELETE_VARIANTS)
    row.refresh_from_db()
    assert row.state == State.QUEUED
    assert "The broker is unavailable" in caplog.text


# Doing it


def test_variants_are_deleted_and_cloudfront_forgets_the_tag(cdn: LocalCloudFront, sent: list[Message]) -> None:
    for name in put_variants(store(), "tag/beach.jpg"):
        assert store().head(name)
    other = put_variants(store(), "tag/beach.jpeg")
    row = work_off(asked_for("tag/beach.jpg"))
    assert list(store().list("variants/tag/")) == other
    assert (row.state, row.variants_deleted, row.invalidation_status) == (State.RUNNING, 3, "InProgress")
    assert sent == [Message("assets.tasks.follow_invalidation", (row.pk,), waits=True)]
    follow(row)
    assert (row.state, row.invalidation_status, row.error) == (State.DONE, "Completed", "")
    assert row.finished_at


def test_the_invalidation_names_the_assets_tag_alone_and_its_reference_never_changes(root: Path, settings: Any) -> None:
    bodies = []

    def answer(handler: Any) -> Any:
        bodies.append(handler.body.decode())
        return aws_error(503, "ServiceUnavailable")

    row = asked_for("beach.jpg")
    with serving(answer) as server:
        configure(settings, root.as_uri(), server.url, "EDIST")
        work_off(row)
        Purge.objects.update(state=State.QUEUED)
        work_off(row)
    assert bodies[0] == bodies[1]
    assert f"<Path>#{asset_tag('beach.jpg')}</Path></Items>" in bodies[0]
    assert "<Quantity>1</Quantity>" in bodies[0]
    assert f"<CallerReference>imagehub-purge-{row.pk}-{row.created_at:%Y%m%dT%H%M%S%f}<" in bodies[0]


def test_a_preset_has_no_folder_so_only_its_tag_goes(cdn: LocalCloudFront) -> None:
    kept = put_variants(store(), "card/kept.jpg")
    row = follow(work_off(asked_for("card", Reason.CHANGED, kind=Purge.Kind.PRESET)))
    assert (row.state, row.variants_deleted) == (State.DONE, None)
    assert list(store().list("variants/card/")) == kept


def test_without_a_distribution_variants_go_and_the_state_says_that_there_is_no_cdn(root: Path) -> None:
    put_variants(store(), "beach.jpg")
    row = work_off(asked_for("beach.jpg"))
    assert (row.state, row.variants_deleted, row.invalidation_status) == (State.DONE, 3, NO_CDN)
    assert list(store().list("variants/")) == []


def test_keys_that_are_hard_to_spell_are_purged_and_no_others(cdn: LocalCloudFront) -> None:
    hard = ["hard/é +%#?&.jpg", "hard/文 字.png", f"hard/{'x' * 200}/{'y' * 200}.jpg"]
    for key in hard:
        put_variants(store(), key)
        assert follow(work_off(asked_for(key))).state == State.DONE
        assert list(store().list("variants/hard/")) == []


# Deleting


def test_a_deleted_pictures_original_goes_too(root: Path) -> None:
    store().put("originals/gone.jpg", b"picture", content_type="image/jpeg")
    put_variants(store(), "gone.jpg")
    work_off(asked_for("gone.jpg", Reason.DELETED))
    assert list(store().list("")) == []


def test_only_a_deletion_takes_the_original(root: Path) -> None:
    store().put("originals/kept.jpg", b"picture", content_type="image/jpeg")
    for reason in (Reason.REQUESTED, Reason.REPLACED):
        work_off(asked_for("kept.jpg", reason))
    assert list(store().list("originals/")) == ["originals/kept.jpg"]


def test_an_original_of_a_picture_that_is_there_again_stays(root: Path) -> None:
    row = asked_for("again.jpg", Reason.DELETED)
    Asset.objects.bulk_create([Asset(key="again.jpg", original="again.jpg")])
    store().put("originals/again.jpg", b"new picture", content_type="image/jpeg")
    assert work_off(row).state == State.DONE
    assert store().get("originals/again.jpg").body == b"new picture"


def test_an_original_that_was_uploaded_after_the_deletion_stays_though_its_row_is_not_committed_yet(root: Path) -> None:
    row = asked_for("again.jpg", Reason.DELETED)
    Purge.objects.update(created_at=timezone.now() - timedelta(seconds=5))
    row.refresh_from_db()
    store().put("originals/again.jpg", b"new picture", content_type="image/jpeg")
    assert work_off(row).state == State.DONE
    assert store().get("originals/again.jpg").body == b"new picture"


def test_an_original_that_was_deleted_right_after_its_upload_goes_though_s3_tells_whole_seconds(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Uploaded, deleted and worked off within one second of S3's clock."""
    store().put("originals/brief.jpg", b"picture", content_type="image/jpeg")
    row = asked_for("brief.jpg", Reason.DELETED)
    Purge.objects.update(created_at=timezone.now() - timedelta(seconds=0.6))
    row.refresh_from_db()
    found = store().head("originals/brief.jpg")
    second = timezone.now().replace(microsecond=0)
    monkeypatch.setattr(type(store()), "head", lambda *_: dataclasses.replace(found, last_modified=second, now=second))
    assert work_off(row).state == State.DONE
    monkeypatch.undo()
    with pytest.raises(Missing):
        store().get("originals/brief.jpg")


def test_an_original_that_is_another_than_the_deleted_one_stays_though_it_came_within_the_same_second(
    root: Path,
) -> None:
    row = asked_for("again.jpg", Reason.DELETED, version="00000001")
    facts = {"version": "00000002"}
    store().put("originals/again.jpg", b"new picture", content_type="image/jpeg", metadata=facts)
    assert work_off(row).state == State.DONE
    assert store().get("originals/again.jpg").body == b"new picture"
    store().put("originals/again.jpg", b"old", content_type="image/jpeg", metadata={"version": "00000001"})
    work_off(asked_for("again.jpg", Reason.DELETED, version="00000001"))
    assert list(store().list("originals/")) == []


def test_a_deletion_by_an_older_instance_takes_the_original_that_is_there(root: Path) -> None:
    Asset.objects.bulk_create([Asset(key="a.jpg", original="a.jpg", version="00000001")])
    older = Asset.objects.get()
    Asset.objects.update(version="00000002")
    store().put("originals/a.jpg", b"new", content_type="image/jpeg", metadata={"version": "00000002"})
    older.delete()
    assert Purge.objects.get().version == "00000002"
    work_off(Purge.objects.get())
    assert list(store().list("originals/")) == []


def test_an_original_that_s3_does_not_show_is_a_failure_that_says_what_to_allow(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def head(*_: object) -> None:
        raise Denied("originals/a.jpg")

    monkeypatch.setattr(type(store()), "head", head)
    row = work_off(asked_for("a.jpg", Reason.DELETED))
    assert row.state == State.FAILED
    assert "originals/a.jpg" in row.error
    assert "Allow s3:GetObject" in row.error


# Twice, and after a kill


def test_a_message_that_comes_twice_does_the_work_once(cdn: LocalCloudFront) -> None:
    row = work_off(asked_for("twice.jpg"))
    work_off(row)
    assert row.attempts == 1
    follow(row)
    assert work_off(row).attempts == 1


def test_run_again_from_the_start_gives_the_same_invalidation(cdn: LocalCloudFront) -> None:
    """As after a kill right after CloudFront's answer, before it was written down."""
    row = asked_for("killed.jpg")
    purge.run(row)
    first = row.invalidation_id
    row.invalidation_id = ""
    row.save()
    purge.run(row)
    assert row.invalidation_id == first


def test_a_purge_that_was_killed_between_two_deletions_goes_on_with_the_rest(root: Path) -> None:
    names = put_variants(store(), "killed.jpg", 4)
    row = asked_for("killed.jpg", variants_deleted=1)
    store().delete(names[0])
    work_off(row)
    assert (row.variants_deleted, list(store().list("variants/"))) == (4, [])


def test_a_purge_with_more_variants_than_fit_a_slice_goes_on_later(
    root: Path, sent: list[Message], monkeypatch: pytest.MonkeyPatch
) -> None:
    put_variants(store(), "many.jpg", 3)
    monkeypatch.setattr(progress, "SLICE_SECONDS", 0)
    row = asked_for("many.jpg")
    while row.state != State.DONE:
        work_off(row)
        monkeypatch.setattr(progress, "SLICE_SECONDS", 0 if len(sent) < 2 else 30)
    assert sent == [Message("assets.tasks.run_purge", (row.pk,), waits=False)] * 2
    assert (row.variants_deleted, list(store().list("variants/"))) == (3, [])


@pytest.mark.django_db(transaction=True)
def test_a_second_purge_of_a_subject_waits_for_the_first(root: Path, sent: list[Message]) -> None:
    first = asked_for("same.jpg", state=State.RUNNING)
    second = asked_for("same.jpg", Reason.REPLACED)
    assert work_off(second).state == State.QUEUED
    assert sent == [Message("assets.tasks.run_purge", (second.pk,), waits=True)]
    assert work_off(asked_for("other.jpg")).state == State.DONE
    first.invalidation_id = "I1"
    first.save()
    assert work_off(second).state == State.DONE


# What may go wrong


def test_a_store_that_is_away_is_tried_again_later(root: Path, sent: list[Message]) -> None:
    shutil.rmtree(root)
    row = work_off(asked_for("beach.jpg"))
    assert (row.state, row.attempts) == (State.QUEUED, 1)
    assert "directory does not exist" in row.error
    assert sent == [Message("assets.tasks.run_purge", (row.pk,), waits=True)]
    root.mkdir()
    assert work_off(row).state == State.DONE
    assert row.error == ""


@pytest.mark.parametrize(
    ("status", "code"),
    [(400, "Throttling"), (400, "TooManyInvalidationsInProgress"), (500, "InternalError"), (429, "Slow")],
)
def test_what_passes_by_itself_is_tried_again(
    status: int, code: str, root: Path, settings: Any, sent: list[Message]
) -> None:
    with serving(lambda _: aws_error(status, code, "Rate exceeded")) as server:
        configure(settings, root.as_uri(), server.url, "EDIST")
        row = work_off(asked_for("beach.jpg"))
        assert len(server.asked) == 1  # boto3 does not try again by itself; the job does, and lets others go ahead
    assert (row.state, row.error) == (State.QUEUED, f"CloudFront answered {code}: Rate exceeded")
    assert sent == [Message("assets.tasks.run_purge", (row.pk,), waits=True)]


def test_a_cloudfront_that_does_not_answer_is_tried_again(root: Path, settings: Any) -> None:
    configure(settings, root.as_uri(), "http://127.0.0.1:9", "EDIST")
    row = work_off(asked_for("beach.jpg"))
    assert row.state == State.QUEUED
    assert row.error.startswith("CloudFront does not answer: ")


@pytest.mark.parametrize(
    ("code", "advice"),
    [
        ("AccessDenied", "Allow cloudfront:CreateInvalidation"),
        ("InvalidArgument", "No."),
        ("ExpiredToken", "have expired"),
    ],
)
def test_what_only_people_can_mend_fails_with_what_to_do(code: str, advice: str, root: Path, settings: Any) -> None:
    with serving(lambda _: aws_error(403, code)) as server:
        configure(settings, root.as_uri(), server.url, "EDIST")
        row = work_off(asked_for("beach.jpg"))
    assert row.state == State.FAILED
    assert row.error.startswith(f"CloudFront answered {code}: No.")
    assert advice in row.error


def test_a_distribution_that_does_not_exist_is_named_as_the_mistake(cdn: LocalCloudFront, settings: Any) -> None:
    configure(settings, cdn.store, cdn.url, "EWRONG")
    row = work_off(asked_for("wrong.jpg"))
    assert row.state == State.FAILED
    assert "DISTRIBUTION_ID in the setting IMAGEHUB" in row.error


def test_no_credentials_is_a_failure_that_says_so(
    root: Path, settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    configure(settings, root.as_uri(), "http://127.0.0.1:10", "EDIST")
    row = work_off(asked_for("beach.jpg"))
    assert row.state == State.FAILED
    assert "credentials" in row.error


def test_a_cloudfront_that_goes_away_while_it_is_followed_is_followed_again_later(
    cdn: LocalCloudFront, settings: Any
) -> None:
    row = work_off(asked_for("followed.jpg"))
    configure(settings, cdn.store, "http://127.0.0.1:9", cdn.distribution_id)
    tasks.follow_invalidation(row.pk)
    row.refresh_from_db()
    assert row.state == State.QUEUED
    configure(settings, cdn.store, cdn.url, cdn.distribution_id)
    assert follow(work_off(row)).state == State.DONE


def test_a_surprise_fails_and_is_logged(
    root: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(purge, "config", lambda: 1 / 0)
    row = work_off(asked_for("beach.jpg"))
    assert (row.state, row.error) == (
        State.FAILED,
        "Unexpected error (see the worker's log): ZeroDivisionError: division by zero",
    )
    assert "Traceback" in caplog.text


def test_a_purge_that_hangs_is_tried_again(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def hang() -> None:
        raise SoftTimeLimitExceeded

    monkeypatch.setattr(purge, "config", hang)
    row = work_off(asked_for("beach.jpg"))
    assert (row.state, row.error) == (State.QUEUED, "The job took too long and was stopped.")
