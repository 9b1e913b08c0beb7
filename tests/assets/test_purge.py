"""Purging: what is deleted and invalidated, and in which order."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from assets.invalidation import NO_CDN
from assets.models import Asset, Preset, Purge
from assets.purge import is_deleting, request_purge
from assets.storage import object_store
from edge.contract.cache_tags import asset_tag, preset_tag
from edge.contract.failure import failure_object_key
from edge.storage.errors import Denied
from edge.storage.objects.store import Store
from infra.local.cloudfront import LocalCloudFront
from tests.assets.job_support import Message, aws_error, configure, put_variants, serving
from tests.assets.purge_support import finish, originals, put_original, queue, run

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("aws_credentials")]

State, Reason, Action, Kind = Purge.State, Purge.Reason, Purge.Action, Purge.Kind


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


def test_only_the_purge_of_a_preset_publishes_the_manifest(store: Store) -> None:
    """Else CloudFront would get the old preset again."""
    Preset.objects.create(name="card", width=300)
    run(queue("photo.jpg", Action.INVALIDATE))
    assert list(store.list("config/")) == []
    run(queue("card", Action.INVALIDATE, kind=Kind.PRESET))
    assert b"card" in store.get("config/edge.json").body


@pytest.mark.parametrize(
    ("action", "state", "invalidation", "expected"),
    [
        (Action.DELETE_ORIGINAL, State.RUNNING, "", True),
        (Action.DELETE_ORIGINAL, State.RUNNING, "I1", False),
        (Action.DELETE_ORIGINAL, State.QUEUED, "", False),
        (Action.DELETE_ORIGINAL, State.FAILED, "", False),
        (Action.DELETE_VARIANTS, State.RUNNING, "", False),
    ],
)
def test_an_original_is_being_deleted_while_its_purge_runs_until_cloudfront_is_called(
    action: Purge.Action, state: str, invalidation: str, expected: bool
) -> None:
    queue("photo.jpg", action, state=state, invalidation_id=invalidation)
    assert is_deleting("photo.jpg") is expected
    assert not is_deleting("other.jpg")


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


def test_an_original_that_is_gone_already_needs_no_deletion(store: Store) -> None:
    put_variants(store, "gone.jpg")
    assert run(queue("gone.jpg", Action.DELETE_ORIGINAL)).state == State.DONE
    assert list(store.list("")) == []


@pytest.mark.parametrize("version", [None, "1f2e3d4c"])
def test_an_original_of_any_version_is_deleted_once_no_image_has_its_key(version: str | None, store: Store) -> None:
    put_original("plain.jpg", version=version)
    assert run(queue("plain.jpg", Action.DELETE_ORIGINAL)).state == State.DONE
    assert list(store.list("")) == []


def test_the_original_of_a_new_image_with_the_same_key_is_kept(root: Path) -> None:
    row = queue("again.jpg", Action.DELETE_ORIGINAL)
    Asset._base_manager.bulk_create([Asset(key="again.jpg", original="again.jpg")])
    put_original("again.jpg", b"new image")
    assert run(row).state == State.DONE
    assert originals() == ["originals/again.jpg"]


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
