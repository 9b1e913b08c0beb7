"""A HEIC photo in the form of an image."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.test import Client

from assets.models import Asset
from edge.storage.objects.store import Store
from tests.assets.admin.forms import ADD, change_url, errors, post
from tests.assets.heic_files import HOSTILE, UPRIGHT, opened, photo
from tests.assets.images import image_file, make_asset
from tests.edge.image.pictures import corners

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_photo_is_stored_as_a_jpeg_and_the_editor_is_told(admin_client: Client, store: Store) -> None:
    response = post(admin_client, ADD, photo("plain"), "IMG_1234.HEIC", key="photos/", alt_text="Four fields")
    asset = Asset.objects.get()
    assert (asset.key, asset.format, asset.width, asset.height) == ("photos/IMG_1234.jpg", "jpeg", 64, 48)
    assert list(store.list("originals/")) == ["originals/photos/IMG_1234.jpg"]
    stored = store.get("originals/photos/IMG_1234.jpg")
    assert stored.head.content_type == "image/jpeg"
    assert corners(opened(stored.body)) == UPRIGHT
    told = [str(message) for message in response.context["messages"]]
    assert any(
        "IMG_1234.HEIC was converted to JPEG without visible loss and saved as photos/IMG_1234.jpg." in text
        for text in told
    )
    assert any("The HEIC file itself is not kept." in text for text in told)


def test_a_key_with_a_heic_extension_gets_that_of_the_stored_format(admin_client: Client) -> None:
    post(admin_client, ADD, photo("alpha"), "IMG_1.heic", key="photos/logo.heif")
    assert Asset.objects.get().key == "photos/logo.png"


def test_a_key_that_ends_in_png_gives_a_png(admin_client: Client, store: Store) -> None:
    post(admin_client, ADD, photo("plain"), "IMG_1.heic", key="photos/sharp.png")
    assert Asset.objects.get().format == "png"


def test_a_photo_can_replace_a_jpeg(admin_client: Client, store: Store) -> None:
    asset = make_asset("photos/beach.jpg")
    post(admin_client, change_url(asset), photo("plain"), "IMG_1.HEIC")
    asset.refresh_from_db()
    assert (asset.key, asset.width) == ("photos/beach.jpg", 64)
    assert corners(opened(store.get("originals/photos/beach.jpg").body)) == UPRIGHT


def test_the_new_key_must_be_free(admin_client: Client) -> None:
    make_asset("IMG_1.jpg")
    response = post(admin_client, ADD, photo("plain"), "IMG_1.HEIC")
    assert "An image with this key already exists" in errors(response)["key"][0]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_refused_photo_stores_nothing(admin_client: Client, store: Store, name: str) -> None:
    body, _, message = HOSTILE[name]
    response = post(admin_client, ADD, body, "IMG_1.HEIC", title="Kept")
    assert message in errors(response)["original"][0]
    assert response.context["adminform"].form["title"].value() == "Kept"
    assert not Asset.objects.exists()
    assert not list(store.list(""))


def test_a_jpeg_with_a_heic_name_is_refused(admin_client: Client) -> None:
    response = post(admin_client, ADD, image_file(), "IMG_1.HEIC")
    assert "IMG_1.HEIC is really a JPEG file. Rename it to IMG_1.jpg." in errors(response)["original"][0]


def test_saving_an_asset_converts_too(store: Store) -> None:
    asset = Asset(key="photos/IMG_1.HEIC", original=ContentFile(photo("plain"), name="x"))
    asset.save()
    assert (asset.key, asset.format, asset.original.name) == ("photos/IMG_1.jpg", "jpeg", "photos/IMG_1.jpg")
    assert list(store.list("originals/")) == ["originals/photos/IMG_1.jpg"]
    with pytest.raises(ValidationError, match="damaged or incomplete"):
        Asset(key="b.jpg", original=ContentFile(photo("plain")[:-200], name="x")).save()


def test_the_form_accepts_heic(admin_client: Client) -> None:
    page: Any = admin_client.get(ADD).content.decode()
    assert "image/heic" in page
    assert ".heif" in page
