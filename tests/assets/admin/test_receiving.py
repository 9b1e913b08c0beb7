"""The file of a form that was not saved is kept, shown and saved with the next try."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from assets.models import Asset
from edge.storage.objects.store import Store
from tests.assets.admin.forms import ADD, change_url, errors, post
from tests.assets.admin.html_forms import fields_of
from tests.assets.images import image_file, make_asset

pytestmark = pytest.mark.django_db(transaction=True)

BODY = image_file("JPEG", (600, 400))


@pytest.fixture
def taken(admin_client: Client) -> Any:
    """The answer to a form whose key exists already."""
    make_asset("taken.jpg")
    return post(admin_client, ADD, BODY, "beach.jpg", key="taken.jpg", title="Mine", alt_text="Sand")


def resend(client: Client, response: Any, **changes: str) -> Any:
    return client.post(ADD, {**fields_of(response.content.decode(), "asset_form"), **changes}, follow=True)


def kept(store: Store) -> list[str]:
    return list(store.list("incoming/"))


def test_a_key_that_exists_keeps_the_file_and_its_preview(admin_client: Client, taken: Any, store: Store) -> None:
    assert list(errors(taken)) == ["key"]
    html = taken.content.decode()
    assert "beach.jpg is kept; you need not choose it again" in html
    preview = taken.context["adminform"].form.kept.url
    assert f'<img data-preview-image alt="" src="{preview}"' in html
    reply = admin_client.get(preview)
    assert (reply.content, reply["Content-Type"], reply["X-Content-Type-Options"]) == (BODY, "image/jpeg", "nosniff")
    assert "sandbox" in reply["Content-Security-Policy"]
    assert resend(admin_client, taken, key="beach.jpg").redirect_chain
    asset = Asset.objects.get(key="beach.jpg")
    assert (asset.title, asset.bytes) == ("Mine", len(BODY))
    assert kept(store) == []


def test_it_is_kept_through_several_mistakes_and_once(admin_client: Client, taken: Any, store: Store) -> None:
    again = resend(admin_client, taken, key="also/taken.gif")
    again = resend(admin_client, again, focal_x="5", key="new.jpg")
    assert len(kept(store)) == 1
    assert resend(admin_client, again, focal_x="").redirect_chain


def test_an_empty_key_becomes_the_kept_files_name(admin_client: Client, taken: Any) -> None:
    assert resend(admin_client, taken, key="photos/").redirect_chain
    assert Asset.objects.filter(key="photos/beach.jpg").exists()


def test_another_file_may_still_be_chosen(admin_client: Client, taken: Any) -> None:
    fields = fields_of(taken.content.decode(), "asset_form")
    post(admin_client, ADD, image_file("PNG"), "other.png", **{**fields, "key": ""})
    assert Asset.objects.filter(key="other.png").exists()


def test_a_replacement_is_kept_too(admin_client: Client) -> None:
    asset = make_asset("photo.jpg")
    response = post(admin_client, change_url(asset), BODY, focal_x="5")
    assert "is kept" in response.content.decode()
    fields = fields_of(response.content.decode(), "asset_form")
    admin_client.post(change_url(asset), {**fields, "focal_x": ""})
    assert Asset.objects.get().bytes == len(BODY)


def test_a_file_that_is_refused_is_not_kept(admin_client: Client, store: Store) -> None:
    response = post(admin_client, ADD, b"Dear reader, " * 50, "beach.jpg", focal_x="5")
    assert "original" in errors(response)
    assert "is kept" not in response.content.decode()
    assert kept(store) == []


def test_a_file_that_is_gone_is_asked_for_again(admin_client: Client, taken: Any, store: Store) -> None:
    for name in kept(store):
        store.delete(name)
    response = resend(admin_client, taken, key="beach.jpg")
    assert errors(response) == {"original": ["The file was kept for a day and is gone. Choose it again."]}


def test_the_preview_is_for_its_own_session(admin_client: Client, taken: Any, admin_user: Any) -> None:
    preview = taken.context["adminform"].form.kept.url
    other = Client()
    assert other.get(preview).status_code == 302
    other.force_login(admin_user)
    assert other.get(preview).status_code == 404


def test_a_file_that_browsers_cannot_show_has_no_preview(admin_client: Client) -> None:
    response = post(admin_client, ADD, image_file("TIFF"), "scan.tif", focal_x="5")
    kept = response.context["adminform"].form.kept
    assert (kept.name, kept.url) == ("scan.tif", "")
    assert "scan.tif: this browser cannot preview the file." in response.content.decode()
    assert admin_client.get(f"/admin/imagehub/asset/kept/{kept.id}/").status_code == 404
