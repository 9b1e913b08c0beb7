"""What the admin's pages show, to whom, and at what cost."""

from __future__ import annotations

import re
import shutil
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from assets.links import img_url
from assets.models import Asset, Preset
from tests.assets.admin.forms import ADD, change_url, errors, post
from tests.assets.images import image_file, make_asset

pytestmark = pytest.mark.django_db

PICTURES = "/admin/imagehub/asset/"
PRESETS = "/admin/imagehub/preset/"


def page(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return str(response.content.decode())


def queries(client: Client, url: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        page(client, url)
    return len(captured)


def editor(client: Client, *permissions: str) -> Client:
    user = get_user_model().objects.create_user("editor", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client.force_login(user)
    return client


def test_the_list_shows_each_picture_and_what_is_missing(admin_client: Client) -> None:
    asset = make_asset("photos/beach.jpg", image_file("JPEG", (1200, 800)), title="The beach")
    make_asset("line.png", image_file("PNG"), decorative=True)
    html = page(admin_client, PICTURES)
    assert img_url(asset, 150, height=150, fit="inside").replace("&", "&amp;") in html
    for text in ("The beach", "photos/beach.jpg", "1200 × 800", "JPEG", asset.version, ">missing<", ">decorative<"):
        assert text in html


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ("alt=missing", {"bare.jpg"}),
        ("alt=present", {"told.jpg"}),
        ("alt=decorative", {"line.png"}),
        ("format=png", {"line.png"}),
        ("q=bare", {"bare.jpg"}),
        ("q=harbour", {"told.jpg"}),
    ],
)
def test_the_list_can_be_searched_and_filtered(admin_client: Client, query: str, keys: set[str]) -> None:
    make_asset("bare.jpg")
    make_asset("told.jpg", alt_text="The harbour")
    make_asset("line.png", image_file("PNG"), decorative=True)
    response = admin_client.get(f"{PICTURES}?{query}")
    assert {asset.key for asset in response.context["cl"].result_list} == keys


def test_every_link_of_a_row_has_a_name(admin_client: Client) -> None:
    make_asset("photos/beach.jpg")
    Preset.objects.create(name="card", width=300)
    for url in (PICTURES, PRESETS):
        links = re.findall(r"<a [^>]*>(.*?)</a>", page(admin_client, url).partition("<tbody>")[2], re.DOTALL)
        names = [re.sub(r"<.*?>", "", re.sub(r'<img[^>]* alt="([^"]*)"[^>]*>', r"\1", link)).strip() for link in links]
        assert names
        assert all(names), links


def test_the_filters_name_what_there_is(admin_client: Client) -> None:
    make_asset("bare.jpg")
    make_asset("line.png", image_file("PNG"))
    html = page(admin_client, f"{PICTURES}?format=png")
    links = dict(re.findall(r'<a href="\?format=(\w+)"[^>]*>(\w+)</a>', html))
    assert links == {"jpeg": "JPEG", "png": "PNG"}
    assert '<a href="?format=png" aria-current="true">PNG</a>' in html
    assert "Clear all filters" in html


def test_a_list_without_rows_says_what_to_do(admin_client: Client) -> None:
    assert '<a href="add/">Add the first one</a>' in page(admin_client, PICTURES)
    for jobs in ("purge", "warming"):
        assert f"No {jobs}s yet. Select images" in page(admin_client, f"/admin/imagehub/{jobs}/")
    make_asset()
    assert "match.</p>" in page(admin_client, f"{PICTURES}?q=nowhere")


def test_an_editor_finds_all_four_lists_on_the_first_page_and_beside_every_other(client: Client) -> None:
    call_command("demo_data", stdout=StringIO())
    client.force_login(get_user_model().objects.get(username="editor"))
    for url in ("/admin/", PRESETS):
        html = page(client, url)
        for model in ("asset", "preset", "purge", "warming"):
            assert f'href="/admin/imagehub/{model}/"' in html


def test_the_icon_is_linked_and_found_where_browsers_look_by_themselves(client: Client) -> None:
    response = client.get("/favicon.ico")
    assert response.status_code == 302
    assert response.headers["Location"].endswith("logo.svg")
    assert f'href="{response.headers["Location"]}"' in page(client, "/admin/login/")


def test_lists_cost_the_same_for_many_pictures_and_ask_the_store_nothing(
    admin_client: Client, admin_user: Any, root: Path
) -> None:
    make_asset("0.jpg", updated_by=admin_user)
    Preset.objects.create(name="p0", width=300, updated_by=admin_user)
    before = [queries(admin_client, url) for url in (PICTURES, PRESETS)]
    for number in range(1, 8):
        make_asset(f"{number}.jpg", updated_by=admin_user)
        Preset.objects.create(name=f"p{number}", width=300, updated_by=admin_user)
    shutil.rmtree(root)
    assert [queries(admin_client, url) for url in (PICTURES, PRESETS)] == before
    assert page(admin_client, change_url(Asset.objects.latest("pk")))


def test_a_picture_s_page_shows_it_through_the_tag_and_never_links_the_original(admin_client: Client) -> None:
    asset = make_asset("a b.jpg", alt_text="Sand")
    preset = Preset.objects.create(name="card", width=300, height=300)
    html = page(admin_client, change_url(asset))
    sources = re.findall(r'(?:src|href)="([^"]+)"', html)
    assert img_url(asset, 600) in [url.replace("&amp;", "&") for url in sources]
    assert img_url(asset, preset=preset).replace("&", "&amp;") in sources
    assert "{% img_url photo 300 %}" in html
    assert not [
        url for url in sources if "originals/" in url or (url.split("?")[0].endswith("/a%20b.jpg") and "?" not in url)
    ]


def test_those_who_may_only_look_see_the_picture_and_no_file_field(client: Client) -> None:
    asset = make_asset()
    looker = editor(client, "view_asset")
    html = page(looker, change_url(asset))
    assert img_url(asset, 600).replace("&", "&amp;") in html
    assert 'type="file"' not in html
    assert page(looker, PICTURES)
    assert post(looker, change_url(asset), None, title="Mine").status_code == 403
    assert looker.get(ADD).status_code == 403
    assert Asset.objects.get().title == ""


def test_those_who_may_add_may_not_delete(client: Client) -> None:
    asset = make_asset()
    adder = editor(client, "add_asset", "view_asset")
    assert post(adder, ADD, image_file(), "new.jpg").status_code == 200
    assert adder.post(f"{PICTURES}{asset.pk}/delete/", {"post": "yes"}).status_code == 403
    assert Asset.objects.count() == 2


def test_the_key_is_read_only_once_it_is_public(admin_client: Client) -> None:
    asset = make_asset("photo.jpg")
    post(admin_client, change_url(asset), None, key="other.jpg", title="New")
    assert Asset.objects.values_list("key", "title").get() == ("photo.jpg", "New")


def test_half_a_focal_point_is_pointed_out(admin_client: Client) -> None:
    response = post(admin_client, change_url(make_asset()), None, focal_x="5")
    assert errors(response)["__all__"] == ["Give both numbers of the focal point, or neither."]


def test_each_deletion_says_what_it_does(admin_client: Client) -> None:
    asset, preset = make_asset("photo.jpg"), Preset.objects.create(name="card", width=300)
    html = page(admin_client, f"{PICTURES}{asset.pk}/delete/")
    assert "Its original and all its variants are deleted" in html
    assert "This cannot be undone" in html
    assert "No image is deleted" in page(admin_client, f"{PRESETS}{preset.pk}/delete/")
    for url, row, text in ((PICTURES, asset, "This cannot be undone"), (PRESETS, preset, "No image is deleted")):
        response = admin_client.post(url, {"action": "delete_selected", "_selected_action": [row.pk]})
        assert text in response.content.decode()


def test_presets_are_shown_on_the_newest_picture(admin_client: Client) -> None:
    assert Preset.objects.create(name="card", width=300, height=200).revision
    assert "<code>w300_h200_fcover</code>" in page(admin_client, PRESETS)
    asset = make_asset("photo.jpg")
    assert img_url(asset, preset=Preset.objects.get()).replace("&", "&amp;") in page(admin_client, PRESETS)


@pytest.mark.parametrize("path", ["", "imagehub/asset/", "imagehub/asset/add/", "imagehub/preset/add/", "login/"])
def test_no_page_has_a_script_or_style_of_its_own(admin_client: Client, path: str) -> None:
    response = admin_client.get(f"/admin/{path}", follow=True)
    html = response.content.decode()
    assert "script-src 'self'" in response.headers["Content-Security-Policy"]
    assert not re.findall(r"<style|<script(?![^>]*\bsrc=)|\sstyle=|\son\w+=", html)
