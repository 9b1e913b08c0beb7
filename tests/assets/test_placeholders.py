"""Images that an earlier release stored get placeholder and size, and keep their version and all that was rendered."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.base import ContentFile, File

from assets import placeholders, publication, tasks
from assets.examination import ExaminedImage, examine
from assets.models import Analysis, Asset, Collection, Purge
from assets.placeholders import add_placeholder
from edge.storage.objects.store import Store
from tests.assets.images import image_file, make_asset
from tests.assets.publication_support import facts, facts_of, make_old

pytestmark = pytest.mark.django_db(transaction=True)

KEY = "photos/beach.jpg"


def make_analysed(store: Store, settings: Any) -> Asset:
    """An image of an earlier release whose collection is looked at, though nobody has looked at this image."""
    asset = make_asset()
    make_old(asset, store, collection=Collection.objects.create(name="News", analysed=True))
    settings.IMAGEHUB = {**settings.IMAGEHUB, "ANALYSER": "rekognition"}
    return asset


def test_placeholder_and_size_are_added_and_nothing_is_purged(store: Store) -> None:
    asset = make_asset()
    make_old(asset, store)
    assert facts(store) != facts_of(asset)
    assert add_placeholder(Asset.objects.get())
    row = Asset.objects.get()
    assert (row.placeholder, row.version, row.state) == (asset.placeholder, asset.version, Asset.State.PUBLISHED)
    assert facts(store) == facts_of(asset)
    assert not Purge.objects.exists()


def test_nobody_looks_at_an_image_that_is_only_described_better(store: Store, settings: Any) -> None:
    """A look may cost money. Images that were never looked at are for `look_at_images`, which tells the price first."""
    asset = make_analysed(store, settings)
    assert add_placeholder(asset)
    assert facts(store) == facts_of(asset)
    assert not Analysis.objects.exists()


def test_what_changes_at_that_moment_is_told_to_everybody(
    store: Store, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody has moved the focal point, and the process that should publish that was slower."""
    asset = make_analysed(store, settings)
    publish = publication.publish

    def moved_before(pk: int, **options: Any) -> None:
        with monkeypatch.context() as patched:
            patched.setattr(tasks, "publish_original_on_commit", lambda _: None)
            row = Asset.objects.get()
            row.focal_x, row.focal_y = 310, 420
            row.save()
        publish(pk, **options)

    monkeypatch.setattr(publication, "publish", moved_before)
    assert add_placeholder(asset)
    assert facts(store) == facts_of(Asset.objects.get(), (310, 420))
    assert Purge.objects.filter(reason=Purge.Reason.REPLACED).exists()
    assert Analysis.objects.exists()


def test_a_failed_image_stays_failed(store: Store) -> None:
    asset = make_asset()
    make_old(asset, store, state=Asset.State.FAILED)
    assert add_placeholder(asset)
    row = Asset.objects.get()
    assert (row.state, row.placeholder) == (Asset.State.FAILED, asset.placeholder)


def test_what_others_changed_since_the_row_was_read_is_kept(store: Store) -> None:
    asset = make_asset()
    make_old(asset, store)
    read = Asset.objects.get()
    other = Asset.objects.get()
    other.title, other.focal_x, other.focal_y = "Sand", 310, 420
    other.save()
    assert add_placeholder(read)
    row = Asset.objects.get()
    assert (row.title, row.focal, row.placeholder) == ("Sand", (310, 420), asset.placeholder)
    assert facts(store) == facts_of(row, (310, 420))


def test_a_file_that_is_replaced_at_that_moment_keeps_its_own(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    asset = make_asset()
    make_old(asset, store)

    def replaced_after(file: File[Any]) -> ExaminedImage:
        found = examine(file)
        row = Asset.objects.get()
        row.original = ContentFile(image_file(colour="red"), name="x")
        row.save()
        return found

    monkeypatch.setattr(placeholders, "examine", replaced_after)
    assert not add_placeholder(asset)
    row = Asset.objects.get()
    assert row.placeholder not in ("", asset.placeholder)
    assert facts(store) == facts_of(row)


def test_an_original_that_is_missing_or_damaged_gets_none(store: Store) -> None:
    asset = make_asset()
    make_old(asset, store)
    store.put(f"originals/{KEY}", image_file()[:-200], content_type="image/jpeg")
    assert not add_placeholder(asset)
    store.delete(f"originals/{KEY}")
    assert not add_placeholder(asset)
    assert Asset.objects.get().placeholder == ""


def test_an_image_that_was_deleted_since_needs_none(store: Store) -> None:
    asset = make_asset()
    body = store.get(f"originals/{KEY}").body
    pk = asset.pk
    asset.delete()
    store.put(f"originals/{KEY}", body, content_type="image/jpeg")
    assert add_placeholder(Asset(pk=pk, key=KEY))
