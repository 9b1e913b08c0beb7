"""The pages that ask before images and presets are deleted. Rows of a host: tests/hosts/test_delete_pages.py."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.test import Client

from assets.admin.deleting import variant_count
from assets.models import Asset, ManifestState, Preset
from edge.storage.objects.store import Store
from tests.assets.admin.html_forms import fields_of
from tests.assets.admin.pages import IMAGES, PRESETS, page
from tests.assets.images import make_asset

pytestmark = pytest.mark.django_db


def many(count: int) -> None:
    fields = {"format": "jpeg", "sha256": "0" * 64, "version": "0" * 8, "bytes": 1000}
    rows = [Asset(key=f"{number}.jpg", original=f"{number}.jpg", **fields) for number in range(count)]
    rows_of_any: QuerySet[Any] = QuerySet(Asset)
    rows_of_any.bulk_create(rows)  # without their originals, which the manager's own refuses


def ask(client: Client, ids: list[int], **fields: str) -> Any:
    return client.post(IMAGES, {"action": "delete_selected", "_selected_action": ids, **fields})


def text(html: str) -> str:
    return " ".join(re.sub("<[^>]*>", "", html).split())


def test_a_page_counts_what_goes_with_an_image(admin_client: Client, store: Store) -> None:
    asset = make_asset("beach.jpg")
    ManifestState.choose_fallback("beach.jpg")
    for number in range(3):
        store.put(f"variants/beach.jpg/1.2/w{number}.avif", b"x", content_type="image/avif")
    store.put("variants/beach.jpg.png/1.2/w1.avif", b"x", content_type="image/avif")
    html = page(admin_client, f"{IMAGES}{asset.pk}/delete/")
    assert "Variants: 3, deleted from storage" in text(html)
    assert "The original: 695 bytes" in text(html).replace("\xa0", " ")
    assert "It is the fallback" in html
    assert "https://cdn.example/beach.jpg" in html


def test_very_many_variants_are_counted_to_a_thousand(store: Store) -> None:
    for number in range(1002):
        store.put(f"variants/a.jpg/1.2/{number}", b"", content_type="image/avif")
    assert variant_count("a.jpg") == "1000 or more"
    assert variant_count("b.jpg") == "0"


def test_a_storage_that_cannot_be_asked_stops_nobody(admin_client: Client, root: Path) -> None:
    asset = make_asset("beach.jpg")
    root.rename(root.with_name("unmounted"))
    assert "All its variants, deleted" in text(page(admin_client, f"{IMAGES}{asset.pk}/delete/"))


def test_at_most_twelve_images_are_shown(admin_client: Client) -> None:
    many(14)
    html = ask(admin_client, list(Asset.objects.values_list("pk", flat=True))).content.decode()
    assert html.count("<img") - html.count('alt="" width="28"') == 12
    assert "Delete 14 images?" in text(html)
    assert "Originals: 14, 13.7 KB, deleted" in text(html).replace("\xa0", " ")
    assert "and 2 more" in text(html)
    assert len(re.findall('name="_selected_action"', html)) == 14


def test_all_that_match_are_confirmed_as_long_as_they_are_the_same(admin_client: Client) -> None:
    many(501)
    response = ask(admin_client, [Asset.objects.latest("pk").pk], select_across="1")
    form = fields_of(response.content.decode())
    assert (form["select_across"], form["expected"]) == ("1", "501")
    make_asset("uploaded-just-now.jpg")
    again = admin_client.post(IMAGES, form)
    assert "Delete 502 images?" in text(again.content.decode())
    assert Asset.objects.count() == 502
    assert fields_of(again.content.decode())["expected"] == "502"


def test_who_may_not_delete_what_goes_with_a_preset_is_told(client: Client, django_user_model: Any) -> None:
    preset = Preset.objects.create(name="card", width=300)
    user = django_user_model.objects.create_user("editor", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=["delete_preset", "view_preset"]))
    client.force_login(user)
    assert "Delete card?" in text(page(client, f"{PRESETS}{preset.pk}/delete/"))
    assert client.get(f"{IMAGES}{make_asset().pk}/delete/").status_code == 403
