"""Saving and deleting assets: the row and its original always belong together."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.test import Client

from assets.models import Asset, Purge
from edge.contract.original import OriginalFacts, asset_version
from edge.storage.errors import StorageUnavailable
from edge.storage.objects.store import Store
from tests.assets.admin.forms import ADD, errors, post
from tests.assets.images import image_file, make_asset
from tests.assets.publication_support import facts_of

pytestmark = pytest.mark.django_db(transaction=True)


def facts(store: Store, asset: Asset) -> OriginalFacts | None:
    return OriginalFacts.read(store.head(f"originals/{asset.key}").metadata)


def test_a_save_examines_the_file_and_stores_its_facts(store: Store) -> None:
    asset = Asset(
        key="cafe\N{COMBINING ACUTE ACCENT}.png", original=ContentFile(image_file("PNG", (30, 20)), name="any.bin")
    )
    asset.save()
    saved = Asset.objects.get()
    assert (saved.key, saved.original.name) == ("café.png", "café.png")
    assert (saved.width, saved.height, saved.format) == (30, 20, "png")
    assert saved.version == asset_version(saved.sha256)
    assert saved.original.read() == store.get("originals/café.png").body


def test_an_asset_needs_a_file() -> None:
    with pytest.raises(ValidationError, match="An image needs a file"):
        Asset(key="photo.jpg").save()
    assert not Asset.objects.exists()


def test_a_key_cannot_change(store: Store) -> None:
    asset = make_asset("photo.jpg")
    asset.key = "other.jpg"
    with pytest.raises(ValidationError, match="key cannot change"):
        asset.save()
    assert list(store.list("originals/")) == ["originals/photo.jpg"]


def test_a_moved_focal_point_gives_a_new_version_of_the_same_bytes(store: Store) -> None:
    asset = make_asset()
    first, body = asset.version, store.get(f"originals/{asset.key}").body
    asset.focal_x, asset.focal_y = 310, 420
    asset.save()
    assert asset.version != first
    assert facts(store, asset) == facts_of(asset, (310, 420))
    assert store.get(f"originals/{asset.key}").body == body
    assert store.head(f"originals/{asset.key}").content_type == "image/jpeg"
    assert Purge.objects.get().subject == asset.key


def test_half_a_focal_point_is_refused() -> None:
    asset = make_asset()
    asset.focal_x = 5
    with pytest.raises(ValidationError, match="both numbers"):
        asset.full_clean()


def test_a_save_of_an_old_instance_keeps_the_newer_file(store: Store) -> None:
    asset = make_asset()
    old = Asset.objects.get()
    asset.original = ContentFile(image_file(colour="red"), name="new.jpg")
    asset.save()
    old.title = "Only the title"
    old.save()
    assert Asset.objects.get().version == asset.version
    assert facts(store, asset) == facts_of(asset)


def test_a_save_with_update_fields_keeps_a_focal_point_that_was_set_in_between(store: Store) -> None:
    asset = make_asset()
    old = Asset.objects.get()
    asset.focal_x, asset.focal_y = 1, 2
    asset.save()
    old.title = "Only the title"
    old.save(update_fields=["title"])
    saved = Asset.objects.get()
    assert (saved.title, saved.focal, saved.version) == ("Only the title", (1, 2), asset.version)


def test_the_same_bytes_again_give_the_same_version() -> None:
    asset = make_asset()
    asset.original = ContentFile(image_file(), name="again.jpg")
    asset.save()
    assert not Purge.objects.exists()


def test_if_storage_is_unavailable_nothing_is_saved(admin_client: Client, root: Path) -> None:
    shutil.rmtree(root)
    with pytest.raises(StorageUnavailable):
        make_asset()
    assert not Asset.objects.exists()
    response = post(admin_client, ADD, image_file(), title="Kept")
    assert "Nothing was saved" in errors(response)["__all__"][0]
    assert response.context["adminform"].form["title"].value() == "Kept"
    assert not Asset.objects.exists()


def test_a_failed_save_can_be_repeated(root: Path, store: Store) -> None:
    asset = Asset(key="photo.jpg", original=ContentFile(image_file(), name="x"))
    elsewhere = root.with_name("elsewhere")
    root.rename(elsewhere)
    with pytest.raises(StorageUnavailable):
        asset.save()
    elsewhere.rename(root)
    asset.save()
    assert Asset.objects.get().version == asset.version
    assert facts(store, asset) == facts_of(asset)


@pytest.mark.parametrize("how", ["one", "queryset", "admin", "admin-many"])
def test_every_way_to_delete_an_image_requests_a_purge(admin_client: Client, how: str) -> None:
    asset = make_asset()
    if how == "one":
        asset.delete()
    elif how == "queryset":
        Asset.objects.all().delete()
    elif how == "admin":
        admin_client.post(f"/admin/imagehub/asset/{asset.pk}/delete/", {"post": "yes"})
    else:
        chosen = {"action": "delete_selected", "_selected_action": [asset.pk], "post": "yes"}
        admin_client.post("/admin/imagehub/asset/", chosen)
    assert not Asset.objects.exists()
    purge = Purge.objects.get()
    assert (purge.subject, purge.reason) == ("photos/beach.jpg", Purge.Reason.DELETED)
    assert (purge.requested_by is not None) == how.startswith("admin")


def test_a_key_can_be_used_again_right_after_the_deletion(admin_client: Client, store: Store) -> None:
    make_asset("photo.jpg").delete()
    post(admin_client, ADD, image_file("JPEG", (9, 9)), "photo.jpg")
    assert facts(store, Asset.objects.get()) == facts_of(Asset.objects.get())
