"""Tags in the admin."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from assets.models import Asset, Tag
from tests.assets.admin.forms import ADD, change_url, errors, post
from tests.assets.admin.pages import IMAGES, editor, page
from tests.assets.images import image_file, make_asset

pytestmark = pytest.mark.django_db

TAGS = "/admin/imagehub/tag/"


def names(asset: Asset) -> list[str]:
    return [str(tag) for tag in asset.tags.all()]


def test_tags_are_made_in_the_form_of_an_image(admin_client: Client) -> None:
    post(admin_client, ADD, image_file(), key="a.jpg", alt_text="Sand", tag_names="sea,  Old  town")
    asset = Asset.objects.get()
    assert names(asset) == ["Old town", "sea"]
    assert 'value="Old town, sea"' in page(admin_client, change_url(asset))
    post(admin_client, change_url(asset), None, alt_text="Sand", tag_names="SEA, boats")
    assert names(asset) == ["boats", "sea"]
    assert Tag.objects.count() == 3


def test_who_may_not_add_tags_uses_those_that_exist(client: Client) -> None:
    asset, _ = make_asset(), Tag.obtain("Beach")
    ed = editor(client, "change_asset", "view_asset")
    refused = post(ed, change_url(asset), None, tag_names="beach, sea, boats")
    assert errors(refused)["tag_names"] == ["There is no tag “boats”, “sea”, and your account may not add tags."]
    assert names(asset) == []
    post(ed, change_url(asset), None, tag_names="beach")
    assert names(asset) == ["Beach"]


def test_the_list_counts_images_and_links_them(admin_client: Client) -> None:
    for key in ("a.jpg", "b.jpg"):
        make_asset(key).tags.add(Tag.obtain("Beach"))
    Tag.obtain("Empty")
    tag = Tag.objects.get(name="Beach")
    html = page(admin_client, TAGS)
    assert f'<a href="{IMAGES}?tag={tag.pk}">2 images</a>' in html
    assert "0 images" in html
    assert "Empty" not in page(admin_client, f"{TAGS}?q=BEA").partition("<tbody>")[2]
    html = page(admin_client, f"{TAGS}{tag.pk}/change/")
    assert "2 images" in html
    assert html.partition("imagehub-previews")[2].count("<img src=") == 2


def test_two_tags_of_one_name_are_refused_in_the_form(admin_client: Client) -> None:
    Tag.obtain("Beach")
    response = admin_client.post(f"{TAGS}add/", {"name": " bEACH"})
    assert errors(response) == {"name": ["There is a tag Beach already."]}


def test_deleting_a_tag_says_that_its_images_stay(admin_client: Client) -> None:
    make_asset().tags.add(Tag.obtain("Beach"))
    tag = Tag.objects.get()
    answers = [
        page(admin_client, f"{TAGS}{tag.pk}/delete/"),
        admin_client.post(TAGS, {"action": "delete_selected", "_selected_action": [tag.pk]}).content.decode(),
    ]
    for html in answers:
        text = " ".join(re.sub("<[^>]*>", "", html).split())
        assert "No image is deleted, and no URL changes." in text
        assert "Images: 1, kept, but without the tag" in text
        assert "relationship" not in text
    admin_client.post(f"{TAGS}{tag.pk}/delete/", {"post": "yes"})
    assert Asset.objects.count() == 1
    assert not Tag.objects.exists()


def test_deleting_an_image_does_not_mention_its_tags(admin_client: Client) -> None:
    asset = make_asset()
    asset.tags.add(Tag.obtain("Beach"))
    html = page(admin_client, f"{IMAGES}{asset.pk}/delete/")
    assert "relationship" not in html
    assert "deleted too" not in html


def test_existing_tags_are_suggested_to_who_edits_images(client: Client) -> None:
    for name in ("Beach", "beacon", "Sea", "be_ch", *(f"Bex {number:02}" for number in range(20))):
        Tag.obtain(name)
    ed = editor(client, "change_asset", "view_asset")
    for typed, found in (("BEA", ["Beach", "beacon"]), ("be_", ["be_ch"]), ("%", []), ("", []), ("x" * 9999, [])):
        assert ed.get(f"{TAGS}suggest/", {"q": typed}).json() == {"names": found}
    assert len(ed.get(f"{TAGS}suggest/", {"q": "bex"}).json()["names"]) == 10


def test_others_are_suggested_nothing(client: Client) -> None:
    assert client.get(f"{TAGS}suggest/?q=a").status_code == 302
    assert editor(client, "view_asset").get(f"{TAGS}suggest/?q=a").status_code == 403
