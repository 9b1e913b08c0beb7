"""What editors do in a host's admin, run in the host's own process: ``python -m tests.hosts.visits NAME``."""

from __future__ import annotations

import os
import re
import sys
import uuid
from collections.abc import Callable
from copy import copy
from io import BytesIO
from pathlib import Path
from typing import Any

import django
from django.core.files.base import ContentFile
from PIL import Image

from edge.storage.errors import StorageUnavailable

VISITS: dict[str, Callable[[], None]] = {}


def visit(function: Callable[[], None]) -> Callable[[], None]:
    VISITS[function.__name__] = function
    return function


def image(size: tuple[int, int] = (2400, 1600), kind: str = "JPEG") -> bytes:
    body = BytesIO()
    Image.new("RGB", size, "teal").save(body, kind)
    return body.getvalue()


def editor() -> Any:
    """A test client that is logged in as an administrator."""
    from django.contrib.auth import get_user_model
    from django.test import Client

    user = get_user_model().objects.create_superuser(username="editor", email="", password="x")
    client = Client()
    client.force_login(user)
    return client


def upload(client: Any, url: str = "/admin/imagehub/asset/add/", name: str = "photo.jpg", **fields: str) -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    file = SimpleUploadedFile(name, image(), "image/jpeg")
    form = {"key": "", "title": "", "alt_text": "A beach", "focal_x": "", "focal_y": "", **fields}
    return client.post(url, {**form, "original": file}, follow=True)


def page(client: Any, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, (url, response.status_code)
    return str(response.content.decode())


def every_page(client: Any, prefix: str = "/admin/imagehub/") -> dict[str, str]:
    """The HTML of each kind of page of ours, by its address, after an upload and a preset."""
    from assets.models import Asset, BulkPurge, Preset, Purge, Warming

    assert upload(client, f"{prefix}asset/add/").redirect_chain, "the image was not saved"
    asset = Asset.objects.get()
    preset = Preset.objects.create(name="card", width=1200, height=800)
    purge = Purge.objects.create(subject=asset.key, state="failed", error="CloudFront is not reachable.")
    warming = Warming.objects.create(keys=[asset.key], total=12000, done=3400, state="running")
    bulk_purge = BulkPurge.objects.create(total=12000, done=3400, state="running")
    rows = {"asset": asset, "preset": preset, "purge": purge, "bulkpurge": bulk_purge, "warming": warming}
    urls = [f"{prefix}{name}/" for name in rows] + [f"{prefix}{name}/{row.pk}/change/" for name, row in rows.items()]
    urls += [f"{prefix}{name}/{view}" for name in ("asset", "preset") for view in ("add/", f"{rows[name].pk}/delete/")]
    return {url: page(client, url) for url in urls}


@visit
def pages() -> None:
    """Every page opens and brings its own style sheet, and a list's action works."""
    from assets.models import Asset, BulkPurge

    client = editor()
    for url, html in every_page(client).items():
        assert "imagehub/base.css" in html, url
    chosen = {"action": "purge_selected", "_selected_action": [Asset.objects.get().pk]}
    before = BulkPurge.objects.count()
    assert "Yes, purge" in client.post("/admin/imagehub/asset/", chosen).content.decode()
    assert client.post("/admin/imagehub/asset/", {**chosen, "post": "yes"}, follow=True).status_code == 200
    assert BulkPurge.objects.count() == before + 1
    chosen["action"] = "delete_selected"
    assert "Yes, delete" in client.post("/admin/imagehub/asset/", chosen).content.decode()
    client.post("/admin/imagehub/asset/", {**chosen, "post": "yes"})
    assert not Asset.objects.exists()


@visit
def pages_with_the_hosts_header() -> None:
    for url, html in every_page(editor()).items():
        assert "The host's own header" in html, url


@visit
def another_apps_pages() -> None:
    """What is not ours looks as it does without us."""
    client = editor()
    for url in ("/admin/", "/admin/auth/user/", "/admin/auth/user/add/", "/admin/password_change/"):
        html = page(client, url)
        assert not re.findall(r'(?:href|src)="[^"]*/imagehub/[^"]*\.(?:css|js)"', html), url
        assert "Django administration" in html, url


@visit
def uploads_of_other_apps() -> None:
    """Another view's file arrives whole, though it is larger than an image may be, and so do two at once."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    client = editor()
    big = bytes(4 << 20)
    for count in (1, 2):
        files = [SimpleUploadedFile(f"{number}.zip", big) for number in range(count)]
        assert client.post("/documents/", {"file": files}).json() == [len(big)] * count
    response = upload(client)
    assert "photo.jpg is larger than " in response.content.decode()


@visit
def two_admin_sites() -> None:
    """Each site's pages link and redirect to that site."""
    from assets.models import Asset

    client = editor()
    for url, html in every_page(client, "/office/imagehub/").items():
        assert "/office/" in html, url
        assert '"/admin/' not in html, url
    duplicate = upload(client, "/office/imagehub/asset/add/").content.decode()
    assert f'<a href="/office/imagehub/asset/{Asset.objects.get().pk}/change/">' in duplicate
    assert page(client, "/admin/imagehub/asset/")
    # This site has images alone: what would link to a preset or a purge does without the link.
    asset = Asset.objects.get()
    assert page(client, f"/studio/imagehub/asset/{asset.pk}/change/")
    chosen = {"action": "purge_selected", "_selected_action": [asset.pk], "post": "yes"}
    assert "1 image will be purged." in client.post("/studio/imagehub/asset/", chosen, follow=True).content.decode()


@visit
def uuid_users() -> None:
    """The editor is recorded and shown by a key that is no number."""
    from assets.models import Asset, BulkPurge, Purge

    client = editor()
    every_page(client)
    asset = Asset.objects.get()
    assert str(asset.created_by) == "editor"
    assert asset.created_by is not None
    assert isinstance(asset.created_by.pk, uuid.UUID)
    chosen = {"action": "purge_selected", "_selected_action": [asset.pk], "post": "yes"}
    client.post("/admin/imagehub/asset/", chosen)
    assert BulkPurge.objects.filter(requested_by=asset.created_by).exists()
    client.post(f"/admin/imagehub/asset/{asset.pk}/delete/", {"post": "yes"})
    assert Purge.objects.filter(requested_by=asset.created_by_id, reason="deleted").exists()


@visit
def delete_pages() -> None:
    """What refers to an image is listed, and what protects it keeps it."""
    from articles.models import Article, Cover, Link  # type: ignore[import-not-found]  # an app of this host

    from assets.models import Asset

    client = editor()
    for name in ("one.jpg", "two.jpg"):
        upload(client, name=name)
    one, two = Asset.objects.order_by("key")
    article = Article.objects.create(title="The <sea>", image=one)
    Link.objects.create(article=article)
    cover = Cover.objects.create(image=two)
    cover.more.add(two)
    chosen = {"action": "delete_selected", "_selected_action": [one.pk, two.pk]}
    for html in (
        page(client, f"/admin/imagehub/asset/{one.pk}/delete/"),
        client.post("/admin/imagehub/asset/", {**chosen, "_selected_action": [one.pk]}).content.decode(),
    ):
        assert f'Article: <a href="/admin/articles/article/{article.pk}/change/">The &lt;sea&gt;</a>' in html
        assert "<li>Articles: <strong>1</strong>, deleted too</li>" in html
        assert "<li>Links: <strong>1</strong>, deleted too</li>" in html
        assert "https://cdn.example/one.jpg" in html
        assert 'data-tone="danger"' in html
    refused = [page(client, f"/admin/imagehub/asset/{two.pk}/delete/")]
    refused.append(client.post("/admin/imagehub/asset/", chosen).content.decode())
    for html in refused:
        assert "1 other needs" in html
        assert "Cover: Cover object (1)" in html
        assert 'data-tone="danger"' not in html
        assert "https://cdn.example/two.jpg" in html
    client.post("/admin/imagehub/asset/", {**chosen, "post": "yes"})
    assert Asset.objects.count() == 2
    Cover.objects.all().delete()
    Article.objects.update(second=two)
    assert "Articles: <strong>1</strong>, kept, but without the image" in page(
        client, f"/admin/imagehub/asset/{two.pk}/delete/"
    )
    client.post(f"/admin/imagehub/asset/{two.pk}/delete/", {"post": "yes"})
    assert Article.objects.get().second is None
    client.post("/admin/imagehub/asset/", {**chosen, "post": "yes"})
    assert not Article.objects.exists()


@visit
def naive_times() -> None:
    """With USE_TZ=False, times are shown as they are stored."""
    from django.utils.formats import date_format

    from assets.jobs import sweep
    from assets.models import Asset

    pages = every_page(editor())
    created = Asset.objects.get().created_at
    assert created.tzinfo is None
    assert date_format(created, "j M Y, H:i") in pages[f"/admin/imagehub/asset/{Asset.objects.get().pk}/change/"]
    assert date_format(created, "j M Y") in pages["/admin/imagehub/asset/"]
    sweep.sweep()


@visit
def thousand_separators() -> None:
    """People read 2.400 in German; attributes, URLs and JSON keep 2400."""
    from assets.models import Asset, Preset, Warming

    client = editor()
    pages = every_page(client)
    for url, html in {**pages, **pages_of_large_ids(client)}.items():
        values = re.findall(r'\s(?!d=)[\w-]+="([^"]*)"', html)  # d is an icon's path
        grouped = [value for value in values if re.search(r"(?<![\d.])\d{1,3}(\.\d{3})+(?!\d)", value)]
        assert grouped == [], (url, grouped)
    change = f"/admin/imagehub/asset/{Asset.objects.get().pk}/change/"
    assert 'width="2400" height="1600"' in pages[change]
    assert "2.400 × 1.600" in pages[change]
    warming = Warming.objects.get()
    assert '<progress value="3400" max="12000"' in pages[f"/admin/imagehub/warming/{warming.pk}/change/"]
    assert client.get(f"/admin/imagehub/warming/{warming.pk}/state/").json()["total"] == 12000
    preset = Preset.objects.get()
    form = {"name": "card", "width": "1200", "height": "800", "fit": "cover", "gravity": "north", "bg": "ffffff"}
    assert client.post(f"/admin/imagehub/preset/{preset.pk}/change/", form).status_code == 302
    preset.refresh_from_db()
    assert (preset.width, preset.gravity) == (1200, "north")
    assert upload(client, change, focal_x="1000", focal_y="0").status_code == 200
    assert Asset.objects.get().focal == (1000, 0)


def uploaded(name: str = "photo.jpg", body: bytes | None = None) -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile(name, image((60, 40)) if body is None else body, "image/jpeg")


@visit
def model_form() -> None:
    """``modelform_factory(Asset)``: adds, shows, changes and refuses."""
    from django.forms import modelform_factory

    from assets.links import img_url
    from assets.models import Asset

    form: Any = modelform_factory(Asset, fields="__all__")
    values = {"key": "photos/a.jpg", "alt_text": "A beach"}
    refused = form(values, {"original": uploaded(body=b"text")})
    assert list(refused.errors) == ["original"], refused.errors
    asset = form(values, {"original": uploaded()}).save()
    assert f'href="{img_url(asset)}"'.replace("&", "&amp;") in form(instance=asset).as_p()
    assert form({**values, "title": "Beach"}, instance=asset).save().title == "Beach"
    assert list(form({**values, "key": "photos/b.jpg"}, instance=Asset.objects.get()).errors) == ["key"]
    some = modelform_factory(Asset, fields=["title"])
    assert some({"title": "Sea"}, instance=Asset.objects.get()).save().title == "Sea"
    assert form({**values, "key": "photos/b.png"}, {"original": uploaded()}).errors["original"]


@visit
def plain_admin() -> None:
    """``site.register([Asset, Preset])`` with nothing more."""
    from assets.links import img_url
    from assets.models import Asset, Preset

    client = editor()
    added = {"key": "photos/a.jpg", "title": "", "alt_text": "A beach", "original": uploaded()}
    assert client.post("/plain/imagehub/asset/add/", added).status_code == 302
    asset = Asset.objects.get()
    change = f"/plain/imagehub/asset/{asset.pk}/change/"
    assert img_url(asset).replace("&", "&amp;") in page(client, change)
    assert client.post(change, {"key": "photos/a.jpg", "title": "Beach"}).status_code == 302
    assert "key cannot change" in client.post(change, {"key": "photos/b.jpg"}).content.decode()
    preset = Preset.objects.create(name="card", width=300)
    form = {"name": "other", "width": 300, "height": 0, "fit": "cover", "gravity": "focal", "bg": "ffffff"}
    refused = client.post(f"/plain/imagehub/preset/{preset.pk}/change/", form).content.decode()
    assert "name cannot change" in refused
    page(client, "/plain/imagehub/asset/")


@visit
def serializer() -> None:
    """``ModelSerializer`` with ``fields = "__all__"``."""
    from rest_framework import serializers

    from assets.links import img_url
    from assets.models import Asset

    class Serializer(serializers.ModelSerializer):  # type: ignore[misc]  # the package has no types
        class Meta:
            model = Asset
            fields = "__all__"  # as hosts write it

        def validate(self, attrs: Any) -> Any:
            image = copy(self.instance) if self.instance else Asset()
            for name, value in attrs.items():
                setattr(image, name, value)
            image.clean()
            return attrs

    data = {"key": "photos/a.jpg", "alt_text": "A beach"}
    for body, key in ((b"text", "photos/a.jpg"), (image((60, 40)), "photos/a.png")):
        refused = Serializer(data={**data, "key": key, "original": uploaded(body=body)})
        assert not refused.is_valid()
        assert list(refused.errors) == ["original"], refused.errors
    accepted = Serializer(data={**data, "original": uploaded()})
    assert accepted.is_valid(), accepted.errors
    asset = accepted.save()
    assert Serializer(asset).data["original"] == img_url(asset)
    some = Serializer(asset, data={"title": "Beach"}, partial=True)
    assert some.is_valid(), some.errors
    assert some.save().title == "Beach"
    other = Serializer(asset, data={"original": uploaded(body=image((60, 40), "PNG"))}, partial=True)
    assert not other.is_valid()
    assert list(other.errors) == ["original"], other.errors


@visit
def snippet() -> None:
    """``register_snippet(Asset)``."""
    from assets.models import Asset

    client = editor()
    values = {"key": "photos/a.jpg", "title": "Beach", "alt_text": "Sand"}
    client.post("/cms/snippets/imagehub/asset/add/", {**values, "original": uploaded()})
    asset = Asset.objects.get()
    edit = f"/cms/snippets/imagehub/asset/edit/{asset.pk}/"
    assert asset.original.url.replace("&", "&amp;") in page(client, edit)
    assert client.post(edit, {**values, "title": "Sea"}).status_code == 302
    assert Asset.objects.get().title == "Sea"
    page(client, "/cms/snippets/imagehub/asset/")


@visit
def cleaned_up() -> None:
    """A replaced image keeps its new original, and a deleted one takes its own away, by its purge."""
    from django.core.files.base import ContentFile

    from assets import purge
    from assets.models import Asset, Purge

    stored = Path(os.environ["HOST_FOLDER"]) / "originals" / "originals" / "photo.jpg"
    asset = Asset(key="photo.jpg", original=ContentFile(image((60, 40)), "photo.jpg"))
    asset.save()
    asset.original = ContentFile(image((90, 60)), "other.jpg")
    asset.save()
    assert stored.read_bytes() == image((90, 60))
    asset.delete()
    assert stored.exists(), "until the purge"
    purge._delete_original(Purge.objects.get(action="delete_original"))
    assert not stored.exists()


def pages_of_large_ids(client: Any) -> dict[str, str]:
    """Pages of rows with ids above a thousand, and those that follow a form: kept file, conflict, deletion."""
    from django.db import connection

    from assets.models import Asset

    large = Asset.objects.create(key="large.jpg", original=ContentFile(image(), "x"), focal_x=1000, focal_y=1000)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE imagehub_asset SET id = 12345 WHERE id = %s", [large.pk])
    change = "/admin/imagehub/asset/12345/change/"
    urls = ["/admin/imagehub/asset/", change, change.replace("change", "delete"), change.replace("change", "history")]
    found = {url: page(client, url) for url in urls}
    base = '{"focal_x": 10, "focal_y": 10, "title": "before"}'
    form = {"title": "Mine", "alt_text": "", "focal_x": "1000", "focal_y": "2", "_made_from": base}
    found["conflict"] = client.post(change, form).content.decode()
    assert 'viewBox="0 0 2400 1600"' in found["conflict"]
    assert 'cx="2400"' in found["conflict"]
    found["kept"] = upload(client, change, focal_x="5000").content.decode()
    assert "is kept" in found["kept"]
    chosen = {"action": "delete_selected", "_selected_action": [12345]}
    found["bulk"] = client.post("/admin/imagehub/asset/", chosen).content.decode()
    assert 'value="12345"' in found["bulk"]
    client.post("/admin/imagehub/asset/", {**chosen, "post": "yes"})
    return found


@visit
def atomic_requests() -> None:
    """A failed save leaves nothing behind and is explained; a purge is sent when the request's transaction commits."""
    from unittest import mock

    from assets.models import Asset, Purge

    client = editor()
    originals = Path(os.environ["HOST_FOLDER"]) / "originals"
    with mock.patch.object(Asset, "save", storage_failure):
        response = upload(client, title="Kept")
    assert "Nothing was saved: " in response.content.decode()
    assert 'value="Kept"' in response.content.decode()
    assert not Asset.objects.exists()
    assert upload(client).redirect_chain
    assert (originals / "originals" / "photo.jpg").exists()
    asset = Asset.objects.get()
    upload(client, f"/admin/imagehub/asset/{asset.pk}/change/", focal_x="1", focal_y="2")
    assert Purge.objects.get().reason == "replaced"


def storage_failure(*_: Any, **__: Any) -> None:
    raise StorageUnavailable("The directory is not writable.")


if __name__ == "__main__":
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0, run_syncdb=True)
    VISITS[sys.argv[1]]()
