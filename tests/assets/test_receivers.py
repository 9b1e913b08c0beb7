"""Which purge, and whether a publication, follows from each change."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile

from assets.models import Asset, ManifestState, Preset, Purge
from edge.storage.objects.store import Store
from tests.assets.images import image_file, make_asset
from tests.assets.publication_support import unwritable

pytestmark = pytest.mark.django_db(transaction=True)

Kind, Reason, Action = Purge.Kind, Purge.Reason, Purge.Action


def replace(asset: Asset) -> None:
    asset.original = ContentFile(image_file(colour="red"), name="x")
    asset.save()


def move_focal_point(asset: Asset) -> None:
    asset.focal_x, asset.focal_y = 310, 420
    asset.save()


@pytest.fixture
def user(django_user_model: Any) -> Any:
    return django_user_model.objects.create_user("ed")


@pytest.mark.parametrize("change", [replace, move_focal_point])
def test_a_different_image_under_the_same_key_deletes_the_variants(change: Callable[[Asset], None], user: Any) -> None:
    asset = make_asset(updated_by=user)
    change(asset)
    row = Purge.objects.get()
    assert (row.kind, row.subject, row.requested_by) == (Kind.ASSET, asset.key, user)
    assert (row.reason, row.action) == (Reason.REPLACED, Action.DELETE_VARIANTS)


def test_a_new_image_and_one_with_the_same_bytes_are_not_purged() -> None:
    asset = make_asset()
    asset.original = ContentFile(image_file(), name="x")
    asset.title = "Beach"
    asset.save()
    assert not Purge.objects.exists()


@pytest.mark.parametrize("delete", [Asset.delete, lambda asset: Asset.objects.filter(pk=asset.pk).delete()])
def test_a_deleted_image_deletes_its_original(delete: Callable[[Asset], Any], user: Any) -> None:
    asset = make_asset(updated_by=user)
    delete(asset)
    row = Purge.objects.get()
    assert (row.kind, row.subject, row.requested_by) == (Kind.ASSET, asset.key, user)
    assert (row.reason, row.action) == (Reason.DELETED, Action.DELETE_ORIGINAL)


def test_an_image_that_is_deleted_before_its_file_is_published_leaves_no_file(root: Path, store: Store) -> None:
    asset = make_asset()
    older = Asset.objects.get()
    with unwritable(root / "originals"):
        replace(asset)
        assert list(store.list("incoming/"))
        older.delete()
    assert not list(store.list("incoming/"))


def test_a_new_preset_is_published_and_not_purged() -> None:
    Preset(name="card", width=300).save()
    assert ManifestState.current().requested_revision == 1
    assert not Purge.objects.exists()


@pytest.mark.parametrize("change", ["recipe", "deletion"])
def test_a_changed_or_deleted_preset_is_published_and_only_invalidated(change: str, user: Any) -> None:
    preset = Preset.objects.create(name="card", width=300, updated_by=user)
    if change == "recipe":
        preset.width = 400
        preset.save()
    else:
        preset.delete()
    row = Purge.objects.get()
    assert (row.kind, row.subject, row.requested_by) == (Kind.PRESET, "card", user)
    assert (row.reason, row.action) == (Reason.CHANGED, Action.INVALIDATE)
    assert ManifestState.current().requested_revision == 2


def test_a_replaced_fallback_image_is_published_again(store: Store) -> None:
    asset, other = make_asset("photo.jpg"), make_asset("other.jpg")
    ManifestState.choose_fallback(asset.key)
    replace(other)
    assert ManifestState.current().requested_revision == 1
    replace(asset)
    assert ManifestState.current().requested_revision == 2


def test_a_deleted_fallback_image_is_no_fallback_image_any_more() -> None:
    asset, other = make_asset("photo.jpg"), make_asset("other.jpg")
    ManifestState.choose_fallback(asset.key)
    other.delete()
    assert ManifestState.current().fallback_key == asset.key
    asset.delete()
    state = ManifestState.current()
    assert (state.fallback_key, state.requested_revision) == ("", 2)
