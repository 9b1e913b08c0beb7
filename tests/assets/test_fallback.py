"""The fallback image: chosen, rendered, published, replaced and removed."""

from __future__ import annotations

import hashlib
import logging
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from PIL import Image

from assets import manifest
from assets.models import Asset, ManifestState, Preset
from edge.contract.manifest import FALLBACK_PREFIX, Manifest, PublishedFallback
from edge.storage.fallback_cache import MAX_BYTES
from edge.storage.objects.store import Store
from tests.assets.admin.forms import ADD, change_url, post
from tests.assets.images import image_file, make_asset

pytestmark = pytest.mark.django_db(transaction=True)


def published(store: Store) -> PublishedFallback | None:
    return Manifest.parse(store.get("config/edge.json").body).fallback


def shown(store: Store) -> Image.Image:
    """The image that visitors get, checked against the manifest."""
    fallback = published(store)
    assert fallback is not None
    found = store.get(fallback.object_key)
    assert hashlib.sha256(found.body).hexdigest() == fallback.sha256
    assert len(found.body) <= MAX_BYTES
    image = Image.open(BytesIO(found.body))
    assert image.get_format_mimetype() == fallback.content_type == found.head.content_type
    return image


def colour(image: Image.Image) -> Any:
    return image.convert("RGB").getpixel((image.width // 2, image.height // 2))


def near(found: Any, wanted: tuple[int, int, int]) -> bool:
    return all(abs(one - other) <= 4 for one, other in zip(found, wanted, strict=True))


def test_an_editor_chooses_the_fallback_image_in_the_form(admin_client: Client, store: Store) -> None:
    form = {"decorative": "on", "fallback": "on"}
    html = post(admin_client, ADD, image_file(colour="navy"), "none.jpg", **form).content.decode()
    assert "Within two minutes, none.jpg replaces missing and damaged images." in html
    assert near(colour(shown(store)), (0, 0, 128))
    page = admin_client.get(change_url(Asset.objects.get())).content.decode()
    assert "The fallback is currently none.jpg." in page


def test_clearing_the_checkbox_removes_the_fallback_image_from_storage(admin_client: Client, store: Store) -> None:
    asset = make_asset()
    url = change_url(asset)
    post(admin_client, url, None, fallback="on")
    assert shown(store)
    post(admin_client, url, None, **{"initial-fallback": "True"})
    assert published(store) is None
    assert not list(store.list(FALLBACK_PREFIX))


def test_the_form_of_another_image_changes_nothing(admin_client: Client, store: Store) -> None:
    first, second = make_asset("one.jpg"), make_asset("two.jpg")
    ManifestState.choose_fallback("one.jpg")
    post(admin_client, change_url(second), None, title="Two")
    assert ManifestState.objects.get().fallback_key == "one.jpg"
    # A page that was opened before somebody chose another one is saved as it was.
    ManifestState.choose_fallback("two.jpg")
    post(admin_client, change_url(first), None, title="One", fallback="on", **{"initial-fallback": "True"})
    assert ManifestState.objects.get().fallback_key == "two.jpg"


def test_a_replaced_original_is_rendered_again(store: Store) -> None:
    asset = make_asset(body=image_file(colour="navy"))
    ManifestState.choose_fallback(asset.key)
    asset.original = ContentFile(image_file(colour="maroon"), name="x")
    asset.save()
    assert near(colour(shown(store)), (128, 0, 0))
    assert len(list(store.list(FALLBACK_PREFIX))) == 1


def test_a_deleted_image_is_removed_as_fallback_image(admin_client: Client, store: Store) -> None:
    asset = make_asset()
    ManifestState.choose_fallback(asset.key)
    url = f"/admin/imagehub/asset/{asset.pk}/delete/"
    assert (
        "It is the fallback that visitors see where another image is missing" in admin_client.get(url).content.decode()
    )
    admin_client.post(url, {"post": "yes"})
    assert (ManifestState.objects.get().fallback_key, published(store)) == ("", None)
    assert not list(store.list(FALLBACK_PREFIX))
    make_asset()
    assert published(store) is None


def test_a_large_photo_is_reduced_until_its_file_is_small_enough(store: Store) -> None:
    noise = Image.merge("RGB", [Image.effect_noise((1600, 1200), 90) for _ in range(3)])
    body = BytesIO()
    noise.save(body, "JPEG", quality=90)
    ManifestState.choose_fallback(make_asset(body=body.getvalue()).key)
    image = shown(store)
    assert (image.format, image.width * 3) == ("JPEG", image.height * 4)


def test_transparency_is_kept_and_an_animation_becomes_its_first_frame(store: Store) -> None:
    frames = [Image.new("RGBA", (60, 40), (255, 0, 0, 128)), Image.new("RGBA", (60, 40), (0, 0, 255, 255))]
    body = BytesIO()
    frames[0].save(body, "PNG", save_all=True, append_images=frames[1:])
    ManifestState.choose_fallback(make_asset("a.png", body.getvalue()).key)
    image = shown(store)
    assert (image.format, getattr(image, "n_frames", 1), image.mode) == ("PNG", 1, "RGBA")


def test_publishing_a_preset_does_not_render_the_fallback_image_again(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    ManifestState.choose_fallback(make_asset().key)
    before = published(store)
    monkeypatch.setattr("assets.fallback.render", lambda *_, **__: 1 / 0)
    Preset(name="card", width=300).save()
    assert published(store) == before


def test_after_storage_was_unavailable_the_fallback_image_is_published(root: Path, store: Store) -> None:
    asset = make_asset()
    elsewhere = root.with_name("elsewhere")
    root.rename(elsewhere)
    ManifestState.choose_fallback(asset.key)
    assert ManifestState.objects.get().is_pending
    elsewhere.rename(root)
    assert manifest.publish()
    assert shown(store)


def test_without_its_original_there_is_no_fallback_image_but_a_manifest(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    store.delete(f"originals/{make_asset().key}")
    with caplog.at_level(logging.ERROR):
        ManifestState.choose_fallback("photos/beach.jpg")
    assert published(store) is None
    assert "photos/beach.jpg cannot be the fallback image" in caplog.text
