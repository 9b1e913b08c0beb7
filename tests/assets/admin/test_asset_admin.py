"""Images in the admin: the contents of the pages, and who may see them."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from assets.links import img_url
from assets.models import Asset, Preset
from tests.assets.admin.forms import ADD, change_url, errors, post
from tests.assets.admin.pages import IMAGES, editor, page
from tests.assets.images import image_file, make_asset

pytestmark = pytest.mark.django_db


def test_the_list_shows_each_image_and_what_is_missing(admin_client: Client) -> None:
    asset = make_asset("photos/beach.jpg", image_file("JPEG", (1200, 800)), title="The beach")
    make_asset("line.png", image_file("PNG"), decorative=True)
    html = page(admin_client, IMAGES)
    assert img_url(asset, 150, height=150, fit="inside").replace("&", "&amp;") in html
    for text in ("The beach", "photos/beach.jpg", "1200 × 800", "JPEG", asset.version, ">missing<", ">decorative<"):
        assert text in html


def test_an_images_page_shows_it_through_the_tag_and_never_links_the_original(admin_client: Client) -> None:
    asset = make_asset("a b.jpg", alt_text="Sand")
    preset = Preset.objects.create(name="card", width=300, height=300)
    html = page(admin_client, change_url(asset))
    sources = re.findall(r'(?:src|href)="([^"]+)"', html)
    assert img_url(asset, 600) in [url.replace("&amp;", "&") for url in sources]
    assert img_url(asset, preset=preset).replace("&", "&amp;") in sources
    assert "{% img_url &quot;a b.jpg&quot; 300 %}" in html
    assert not [
        url for url in sources if "originals/" in url or (url.split("?")[0].endswith("/a%20b.jpg") and "?" not in url)
    ]


def test_those_who_may_only_look_see_the_image_and_no_file_field(client: Client) -> None:
    asset = make_asset()
    looker = editor(client, "view_asset")
    html = page(looker, change_url(asset))
    assert img_url(asset, 600).replace("&", "&amp;") in html
    assert 'type="file"' not in html
    assert page(looker, IMAGES)
    assert post(looker, change_url(asset), None, title="Mine").status_code == 403
    assert looker.get(ADD).status_code == 403
    assert Asset.objects.get().title == ""


def test_those_who_may_add_may_not_delete(client: Client) -> None:
    asset = make_asset()
    adder = editor(client, "add_asset", "view_asset")
    assert post(adder, ADD, image_file(), "new.jpg").status_code == 200
    assert adder.post(f"{IMAGES}{asset.pk}/delete/", {"post": "yes"}).status_code == 403
    assert Asset.objects.count() == 2


def test_the_key_is_read_only_once_it_is_public(admin_client: Client) -> None:
    asset = make_asset("photo.jpg")
    post(admin_client, change_url(asset), None, key="other.jpg", title="New")
    assert Asset.objects.values_list("key", "title").get() == ("photo.jpg", "New")


def test_half_a_focal_point_is_pointed_out(admin_client: Client) -> None:
    response = post(admin_client, change_url(make_asset()), None, focal_x="5")
    assert errors(response)["__all__"] == ["Give both numbers of the focal point, or neither."]
