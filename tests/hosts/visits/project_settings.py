"""Pages and saves under settings that are not the default ones."""

from __future__ import annotations

import os
import re
import uuid
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.db import connection
from django.utils.formats import date_format

from assets.jobs import sweep
from assets.models import Asset, BulkPurge, Preset, Purge, Warming
from tests.hosts.visits.browsing import editor, every_page, large_photo, page, upload


def uuid_users() -> None:
    """The editor is recorded and shown by a key that is no number."""
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


def naive_times() -> None:
    """With USE_TZ=False, times are shown as they are stored."""
    pages = every_page(editor())
    created = Asset.objects.get().created_at
    assert created.tzinfo is None
    assert date_format(created, "j M Y, H:i") in pages[f"/admin/imagehub/asset/{Asset.objects.get().pk}/change/"]
    assert date_format(created, "j M Y") in pages["/admin/imagehub/asset/"]
    sweep.sweep()


def thousand_separators() -> None:
    """People read 2.400 in German; attributes, URLs and JSON keep 2400."""
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


def pages_of_large_ids(client: Any) -> dict[str, str]:
    """Pages of rows with ids above a thousand, and those that follow a form: kept file, conflict, deletion."""
    large = Asset.objects.create(key="large.jpg", original=ContentFile(large_photo(), "x"), focal_x=1000, focal_y=1000)
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


def atomic_requests() -> None:
    """A failed save leaves nothing behind and is explained; a purge is sent when the request's transaction commits."""
    client = editor()
    originals = Path(os.environ["HOST_FOLDER"]) / "originals"
    originals.rmdir()
    originals.touch()
    response = upload(client, title="Kept")
    originals.unlink()
    originals.mkdir()
    assert "Nothing was saved: " in response.content.decode()
    assert 'value="Kept"' in response.content.decode()
    assert not Asset.objects.exists()
    assert upload(client).redirect_chain
    assert (originals / "originals" / "photo.jpg").exists()
    asset = Asset.objects.get()
    upload(client, f"/admin/imagehub/asset/{asset.pk}/change/", focal_x="1", focal_y="2")
    assert Purge.objects.get().reason == "replaced"
