"""The trash in the admin: its list, its actions, and the page of an image in it."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client

from assets.models import Asset, Preset, Purge, Review
from assets.trash import move_to_trash
from tests.assets.admin.forms import ADD, change_url, errors, post
from tests.assets.admin.pages import IMAGES, editor, page
from tests.assets.images import image_file, make_asset
from tests.assets.review_support import flagged, turn_on

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("sent")]

TRASH = f"{IMAGES}trash/"


def act(client: Client, url: str, action: str, *rows: Asset, **fields: str) -> str:
    chosen = {"action": action, "_selected_action": [row.pk for row in rows], **fields}
    return str(client.post(url, chosen, follow=True).content.decode())


def test_images_go_to_the_trash_and_come_back(admin_client: Client) -> None:
    first, second = make_asset("first.jpg"), make_asset("second.jpg")
    html = act(admin_client, IMAGES, "trash_selected", first)
    assert "1 image was moved to the trash. They can be restored for 30 days." in html
    html = page(admin_client, IMAGES)
    assert "first.jpg" not in html.partition("result_list")[2]
    assert "Trash: 1 image" in html
    html = page(admin_client, TRASH)
    assert "<h1>Trash</h1>" in html
    assert "first.jpg" in html
    assert "second.jpg" not in html
    assert "1 image was restored." in act(admin_client, TRASH, "restore_selected", first)
    assert "The trash is empty." in page(admin_client, TRASH)
    assert {asset.is_trashed for asset in Asset.objects.all()} == {False}
    assert [entry.change_message for entry in LogEntry.objects.order_by("pk")] == [
        "Moved to the trash.",
        "Restored from the trash.",
    ]
    assert second.is_visible


def test_whoever_moves_a_watermark_to_the_trash_is_told_what_is_not_shown_then(admin_client: Client) -> None:
    logo, photo = make_asset("brand/logo.png", image_file("PNG")), make_asset("photo.jpg")
    Preset.objects.create(name="card", width=300, watermark=logo)
    told = "Images with the preset card are not shown until its watermark brand/logo.png is restored"
    assert told not in act(admin_client, IMAGES, "trash_selected", photo)
    assert told in act(admin_client, IMAGES, "trash_selected", logo)
    act(admin_client, TRASH, "delete_selected", logo, post="yes")
    assert Asset.objects.filter(pk=logo.pk).exists()


def test_each_list_offers_its_own_actions(admin_client: Client) -> None:
    asset = make_asset()
    html = page(admin_client, IMAGES)
    assert 'value="trash_selected"' in html
    assert 'value="restore_selected"' not in html
    move_to_trash(asset.pk)
    html = page(admin_client, TRASH)
    assert 'value="restore_selected"' in html
    assert 'value="purge_selected"' not in html
    act(admin_client, IMAGES, "purge_selected", asset, post="yes")
    assert Asset.objects.get().is_trashed


def test_an_image_in_the_trash_has_a_page_with_two_ways_out(admin_client: Client, admin_user: Any) -> None:
    asset = make_asset()
    move_to_trash(asset.pk, admin_user.pk)
    html = page(admin_client, change_url(asset))
    assert "This image is in the trash." in html
    assert "by admin" in html
    assert 'name="_save"' not in html
    restore = f"{IMAGES}{asset.pk}/restore/"
    assert f'action="{restore}"' in html
    answer = admin_client.post(restore, follow=True)
    assert "Restored: photos/beach.jpg." in answer.content.decode()
    assert 'name="_save"' in answer.content.decode()
    assert admin_client.get(restore).status_code == 405
    assert admin_client.post(f"{IMAGES}4711/restore/").status_code == 404


def test_a_form_that_was_open_does_not_save_an_image_in_the_trash(admin_client: Client) -> None:
    asset = make_asset()
    move_to_trash(asset.pk)
    answer = admin_client.post(change_url(asset), {"title": "Changed", "alt_text": "Sand"})
    assert "This image is in the trash." in answer.content.decode()
    assert Asset.objects.get().title == ""


def test_it_is_deleted_at_once_if_somebody_wants_that(admin_client: Client, settings: Any) -> None:
    turn_on(settings)
    asset = flagged()
    move_to_trash(asset.pk)
    html = page(admin_client, f"{IMAGES}{asset.pk}/delete/")
    assert "Delete this image" in html
    admin_client.post(f"{IMAGES}{asset.pk}/delete/", {"post": "yes"})
    assert not Asset.objects.exists()
    assert not Review.objects.exists()
    assert Purge.objects.filter(action="delete_original").exists()


def test_reviews_do_not_keep_an_image_from_being_deleted(client: Client, settings: Any) -> None:
    """By who may delete images, and not review them."""
    turn_on(settings)
    first, second = flagged("first.jpg"), flagged("second.jpg")
    editor(client, "view_asset", "delete_asset")
    client.post(f"{IMAGES}{first.pk}/delete/", {"post": "yes"})
    act(client, IMAGES, "delete_selected", second, post="yes")
    assert not Asset.objects.exists()


def test_who_may_only_view_sees_the_trash_and_changes_nothing(client: Client) -> None:
    asset = make_asset()
    move_to_trash(asset.pk)
    editor(client, "view_asset")
    assert asset.key in page(client, TRASH)
    assert "Restore</button>" not in page(client, change_url(asset))
    assert client.post(f"{IMAGES}{asset.pk}/restore/").status_code == 403
    act(client, TRASH, "restore_selected", asset)
    assert Asset.objects.get().is_trashed


def test_without_any_right_there_is_no_trash(client: Client) -> None:
    asset = make_asset()
    move_to_trash(asset.pk)
    editor(client, "view_preset")
    assert client.get(TRASH).status_code == 403
    assert client.get(change_url(asset)).status_code == 403


def test_a_key_in_the_trash_is_taken_and_the_form_says_where(admin_client: Client) -> None:
    asset = make_asset("taken.jpg")
    move_to_trash(asset.pk)
    found = errors(post(admin_client, ADD, image_file(), "taken.jpg", alt_text="Sand"))
    assert change_url(asset) in str(found["key"])
