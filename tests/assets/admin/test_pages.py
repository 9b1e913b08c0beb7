"""What holds for all pages of the admin."""

from __future__ import annotations

import re
import shutil
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.test import Client

from assets.models import Asset, Preset
from tests.assets.admin.forms import change_url
from tests.assets.admin.pages import IMAGES, PRESETS, page, queries
from tests.assets.images import make_asset

pytestmark = pytest.mark.django_db


def test_every_link_of_a_row_has_a_name(admin_client: Client) -> None:
    make_asset("photos/beach.jpg")
    Preset.objects.create(name="card", width=300)
    for url in (IMAGES, PRESETS):
        links = re.findall(r"<a [^>]*>(.*?)</a>", page(admin_client, url).partition("<tbody>")[2], re.DOTALL)
        names = [re.sub(r"<.*?>", "", re.sub(r'<img[^>]* alt="([^"]*)"[^>]*>', r"\1", link)).strip() for link in links]
        assert names
        assert all(names), links


def test_a_list_without_rows_says_what_to_do(admin_client: Client) -> None:
    assert '<a href="add/">Add the first one</a>' in page(admin_client, IMAGES)
    for jobs in ("purge", "warming"):
        assert f"No {jobs}s yet. Select images" in page(admin_client, f"/admin/imagehub/{jobs}/")
    make_asset()
    assert "match.</p>" in page(admin_client, f"{IMAGES}?q=nowhere")


def test_an_editor_finds_all_lists_on_the_first_page_and_beside_every_other(client: Client) -> None:
    call_command("demo_data", stdout=StringIO())
    client.force_login(get_user_model().objects.get(username="editor"))
    for url in ("/admin/", PRESETS):
        html = page(client, url)
        for model in ("asset", "collection", "tag", "preset", "purge", "warming"):
            assert f'href="/admin/imagehub/{model}/"' in html


def test_the_icon_is_linked_and_found_where_browsers_look_by_themselves(client: Client) -> None:
    response = client.get("/favicon.ico")
    assert response.status_code == 302
    assert response.headers["Location"].endswith("logo.svg")
    assert f'href="{response.headers["Location"]}"' in page(client, "/admin/login/")


def test_lists_cost_the_same_for_many_images_and_ask_the_store_nothing(
    admin_client: Client, admin_user: Any, root: Path
) -> None:
    make_asset("0.jpg", updated_by=admin_user)
    Preset.objects.create(name="p0", width=300, updated_by=admin_user)
    before = [queries(admin_client, url) for url in (IMAGES, PRESETS)]
    for number in range(1, 8):
        make_asset(f"{number}.jpg", updated_by=admin_user)
        Preset.objects.create(name=f"p{number}", width=300, updated_by=admin_user)
    shutil.rmtree(root)
    assert [queries(admin_client, url) for url in (IMAGES, PRESETS)] == before
    assert page(admin_client, change_url(Asset.objects.latest("pk")))


def test_each_deletion_says_what_it_does(admin_client: Client) -> None:
    asset, preset = make_asset("photo.jpg"), Preset.objects.create(name="card", width=300)
    html = page(admin_client, f"{IMAGES}{asset.pk}/delete/")
    assert "deleted from storage" in html
    assert "This cannot be undone" in html
    assert "No image is deleted" in page(admin_client, f"{PRESETS}{preset.pk}/delete/")
    for url, row, text in ((IMAGES, asset, "This cannot be undone"), (PRESETS, preset, "No image is deleted")):
        response = admin_client.post(url, {"action": "delete_selected", "_selected_action": [row.pk]})
        assert text in response.content.decode()


@pytest.mark.parametrize("path", ["", "imagehub/asset/", "imagehub/asset/add/", "imagehub/preset/add/", "login/"])
def test_no_page_has_a_script_or_style_of_its_own(admin_client: Client, path: str) -> None:
    response = admin_client.get(f"/admin/{path}", follow=True)
    html = response.content.decode()
    assert "script-src 'self'" in response.headers["Content-Security-Policy"]
    assert not re.findall(r"<style|<script(?![^>]*\bsrc=)|\sstyle=|\son\w+=", html)
