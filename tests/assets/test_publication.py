"""Publishing originals: after the commit, again after a failure, and never for a row that is gone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import transaction

from assets import publication, tasks
from assets.models import Asset, ManifestState, Purge
from edge.contract.original import OriginalFacts
from edge.contract.policy import load_policy
from edge.rendering.image_facts import describe
from edge.storage.objects.directory import DirectoryStore
from edge.storage.objects.store import Store
from tests.assets.images import image_file, make_asset
from tests.assets.job_support import Message
from tests.assets.publication_support import facts, facts_of, unwritable
from tests.assets.purge_support import originals

pytestmark = pytest.mark.django_db(transaction=True)

State = Asset.State
RED = image_file(colour="red")


def replace(asset: Asset, body: bytes = RED) -> None:
    asset.original = ContentFile(body, name="x")
    asset.save()


def test_an_original_is_published_with_the_commit_and_not_before(store: Store) -> None:
    with transaction.atomic():
        asset = make_asset()
        assert originals() == []
        assert Asset.objects.get().state == State.PUBLISHING
    assert facts(store) == facts_of(asset)
    assert list(store.list("")) == ["originals/photos/beach.jpg"]
    assert (Asset.objects.get().state, Asset.objects.get().incoming) == (State.PUBLISHED, "")


@pytest.mark.parametrize("new", [True, False])
def test_an_outer_transaction_that_fails_leaves_row_and_original_as_they_were(new: bool, store: Store) -> None:
    asset = make_asset()
    body = store.get("originals/photos/beach.jpg").body
    with transaction.atomic():
        if new:
            make_asset("new.jpg")
        else:
            replace(asset)
        transaction.set_rollback(True)
    assert Asset.objects.get().version == OriginalFacts.read(store.head("originals/photos/beach.jpg").metadata).version  # type: ignore[union-attr]
    assert originals() == ["originals/photos/beach.jpg"]
    assert store.get("originals/photos/beach.jpg").body == body
    assert not Purge.objects.exists()


def test_the_purge_of_the_old_variants_is_requested_once_the_new_original_is_there(
    root: Path, store: Store, sent: list[Message]
) -> None:
    asset = make_asset()
    with unwritable(root / "originals"):
        replace(asset)
        assert not Purge.objects.exists()
        row = Asset.objects.get()
        assert (row.state, row.version) == (State.PUBLISHING, asset.version)
        assert row.publish_error == "one object key cannot be a folder of another"
        assert sent == [Message("assets.tasks.publish_original", (asset.pk,), waits=True)]
    tasks.publish_original(asset.pk)
    assert facts(store) == facts_of(asset)
    assert Purge.objects.get().reason == Purge.Reason.REPLACED
    assert Asset.objects.get().publish_error == ""


def test_of_several_changes_during_an_outage_the_last_one_is_published(root: Path, store: Store) -> None:
    asset = make_asset()
    with unwritable(root / "originals"):
        replace(asset)
        replace(asset, image_file(colour="green"))
        asset.focal_x, asset.focal_y = 310, 420
        asset.save()
    tasks.sweep()
    assert facts(store) == facts_of(asset, (310, 420))
    assert len(store.get("originals/photos/beach.jpg").body) == asset.bytes
    assert Purge.objects.count() == 1


def test_a_large_original_is_left_to_a_task(store: Store, sent: list[Message], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publication, "_LARGE", 100)
    asset = make_asset()
    assert sent == [Message("assets.tasks.publish_original", (asset.pk,), waits=False)]
    assert originals() == []
    tasks.publish_original(asset.pk)
    assert facts(store) == facts_of(asset)


def test_an_upload_that_is_lost_needs_another_one(root: Path, store: Store) -> None:
    with unwritable(root / "originals"):
        asset = make_asset()
    for name in list(store.list("incoming/")):
        store.delete(name)
    tasks.sweep()
    row = Asset.objects.get()
    assert (row.state, row.publish_error) == (
        State.FAILED,
        "The uploaded file is no longer in storage. Upload it again.",
    )
    replace(row)
    assert (Asset.objects.get().state, originals()) == (State.PUBLISHED, ["originals/photos/beach.jpg"])
    assert asset.pk == row.pk


def test_new_facts_are_never_given_to_other_bytes(store: Store) -> None:
    """Somebody has put another file into the bucket."""
    asset = make_asset()
    store.put("originals/photos/beach.jpg", RED, content_type="image/jpeg")
    asset.focal_x, asset.focal_y = 310, 420
    asset.save()
    assert Asset.objects.get().state == State.FAILED
    assert "is not the uploaded file" in Asset.objects.get().publish_error
    assert facts(store) is None


def test_a_copy_of_the_same_bytes_gets_the_new_facts_and_stays_unexamined(store: Store) -> None:
    asset = make_asset()
    store.put("originals/photos/beach.jpg", image_file(), content_type="image/jpeg")
    asset.focal_x, asset.focal_y = 310, 420
    asset.save()
    assert Asset.objects.get().state == State.PUBLISHED
    assert facts(store) == facts_of(asset, (310, 420), examined=False)


def test_a_new_image_waits_until_the_deletion_of_the_old_one_has_looked(store: Store) -> None:
    """It may have seen no row, and be about to delete whatever is under the key."""
    deletion = Purge.objects.create(subject="photos/beach.jpg", action="delete_original", state=Purge.State.RUNNING)
    asset = make_asset()
    assert originals() == []
    assert "still being removed" in Asset.objects.get().publish_error
    Purge.objects.filter(pk=deletion.pk).update(state=Purge.State.DONE)
    tasks.publish_original(asset.pk)
    assert facts(store) == facts_of(asset)


def test_an_original_that_is_written_while_its_row_is_deleted_is_deleted(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    put = DirectoryStore.put

    def slow(self: DirectoryStore, object_key: str, *args: Any, **options: Any) -> Any:
        if object_key.startswith("originals/"):
            Asset.objects.all().delete()
            Purge.objects.all().delete()  # it has run already
        return put(self, object_key, *args, **options)

    monkeypatch.setattr(DirectoryStore, "put", slow)
    make_asset()
    assert originals() == ["originals/photos/beach.jpg"]
    tasks.run_purge(Purge.objects.get().pk)
    assert originals() == []


def test_a_fallback_image_that_is_published_late_gets_into_the_manifest(root: Path) -> None:
    with unwritable(root / "originals"):
        asset = make_asset()
        ManifestState.choose_fallback(asset.key)
    before = ManifestState.current().requested_revision
    tasks.sweep()
    assert ManifestState.current().requested_revision > before


def test_what_was_learned_of_an_upload_is_what_programs_are_told(store: Store) -> None:
    asset = make_asset(body=image_file("JPEG", (60, 40)), focal_x=310, focal_y=420)
    told = describe(asset.key, store.head("originals/photos/beach.jpg"), load_policy(), "https://cdn.example")
    assert (told["key"], told["version"], told["format"]) == (asset.key, asset.version, "jpeg")
    assert (told["width"], told["height"], told["bytes"]) == (60, 40, asset.bytes)
    assert (told["focal_point"], told["faces"]) == ({"x": 0.31, "y": 0.42}, None)
    assert told["placeholder"] == asset.placeholder != ""
