"""An editor of a host: a client that is logged in, what it uploads and what it sees."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from assets.models import Asset, BulkPurge, Collection, Preset, Purge, Review, Tag, Warming
from assets.trash import move_to_trash, restore
from tests.assets.images import image_file


def large_photo() -> bytes:
    """A photo whose width and height have thousands."""
    return image_file("JPEG", (2400, 1600))


def editor() -> Any:
    """A test client that is logged in as an administrator."""
    user = get_user_model().objects.create_superuser(username="editor", email="", password="x")
    client = Client()
    client.force_login(user)
    return client


def uploaded(name: str = "photo.jpg", body: bytes | None = None) -> Any:
    return SimpleUploadedFile(name, image_file() if body is None else body, "image/jpeg")


def upload(client: Any, url: str = "/admin/imagehub/asset/add/", name: str = "photo.jpg", **fields: str) -> Any:
    file = SimpleUploadedFile(name, large_photo(), "image/jpeg")
    form = {"key": "", "title": "", "alt_text": "A beach", "focal_x": "", "focal_y": "", **fields}
    return client.post(url, {**form, "original": file}, follow=True)


def page(client: Any, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, (url, response.status_code)
    return str(response.content.decode())


def every_page(client: Any, prefix: str = "/admin/imagehub/") -> dict[str, str]:
    """The HTML of each kind of page of ours, by its address, after an upload and a preset."""
    assert upload(client, f"{prefix}asset/add/").redirect_chain, "the image was not saved"
    asset = Asset.objects.get()
    preset = Preset.objects.create(name="card", width=1200, height=800)
    purge = Purge.objects.create(subject=asset.key, state="failed", error="CloudFront is not reachable.")
    warming = Warming.objects.create(keys=[asset.key], total=12000, done=3400, state="running")
    bulk_purge = BulkPurge.objects.create(total=12000, done=3400, state="running")
    collection, tag = Collection.objects.create(name="Press", analysed=True), Tag.obtain("Beach")
    asset.tags.add(tag)
    labels = [{"name": "Violence", "confidence": 93.0, "parent": ""}]
    Review.objects.create(asset=asset, sha256=asset.sha256, labels=labels, label_names="|violence|")
    jobs = {"purge": purge, "bulkpurge": bulk_purge, "warming": warming}
    rows = {"asset": asset, "collection": collection, "tag": tag, "preset": preset, **jobs}
    urls = [f"{prefix}{name}/" for name in rows] + [f"{prefix}{name}/{row.pk}/change/" for name, row in rows.items()]
    urls += [
        f"{prefix}{name}/{view}"
        for name in ("asset", "collection", "tag", "preset")
        for view in ("add/", f"{rows[name].pk}/delete/")
    ]
    urls += [f"{prefix}review/", f"{prefix}review/image/{asset.pk}/", f"{prefix}asset/trash/"]
    found = {url: page(client, url) for url in urls}
    move_to_trash(asset.pk)
    found[f"{prefix}asset/{asset.pk}/change/ in the trash"] = page(client, f"{prefix}asset/{asset.pk}/change/")
    restore(asset.pk)
    return found
