"""An id that names no row, in an address or among the chosen rows of a list, is a 404 with a way back."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.assets.admin.pages import editor
from tests.assets.images import image_file

pytestmark = pytest.mark.django_db

MODELS = ("asset", "preset", "purge", "bulkpurge", "warming")
IDS = {
    "letters": "abc",
    "zero": "0",
    "negative": "-1",
    "30 digits": "9" * 30,
    "5000 digits": "9" * 5000,
    "NUL": "%00",
    "emoji": "%F0%9F%98%80",
    "fraction": "1.5",
    "escape": "_zz",
    "slash": "1%2F2",
}


@pytest.mark.parametrize("bad", IDS.values(), ids=IDS)
@pytest.mark.parametrize("model", MODELS)
def test_a_page_of_no_row_is_not_found(admin_client: Client, model: str, bad: str) -> None:
    deletable = ["delete"] if model in ("asset", "preset") else []
    for view in ["change", "history", *deletable]:
        reply = admin_client.get(f"/admin/imagehub/{model}/{bad}/{view}/")
        assert reply.status_code == 404, view
        assert f'<a href="/admin/imagehub/{model}/">Show all' in reply.content.decode()


@pytest.mark.parametrize("bad", IDS.values(), ids=IDS)
def test_a_form_of_no_row_is_not_found_either(admin_client: Client, bad: str) -> None:
    url = f"/admin/imagehub/asset/{bad}"
    file = SimpleUploadedFile("photo.jpg", image_file())
    assert admin_client.post(f"{url}/change/", {"original": file}).status_code == 404
    assert admin_client.post(f"{url}/delete/", {"post": "yes"}).status_code == 404


@pytest.mark.parametrize("bad", ["abc", "9" * 40, "\0"], ids=["letters", "40 digits", "NUL"])
@pytest.mark.parametrize(
    ("model", "action"),
    [
        ("asset", "delete_selected"),
        ("asset", "purge_selected"),
        ("asset", "warm_selected"),
        ("preset", "delete_selected"),
        ("purge", "retry_selected"),
        ("warming", "retry_selected"),
    ],
)
def test_an_action_on_no_row_is_not_found(admin_client: Client, model: str, action: str, bad: str) -> None:
    chosen = {"action": action, "_selected_action": [bad]}
    assert admin_client.post(f"/admin/imagehub/{model}/", chosen).status_code == 404


def test_what_was_typed_for_a_deleted_image_is_shown(admin_client: Client) -> None:
    form = {"title": "My <title>", "alt_text": "Sand", "focal_x": ""}
    reply = admin_client.post("/admin/imagehub/asset/77/change/", form)
    assert reply.status_code == 404
    assert "<dt>Title</dt><dd>My &lt;title&gt;</dd>" in reply.content.decode()
    assert "<dt>Alternative text</dt><dd>Sand</dd>" in reply.content.decode()


def test_who_may_not_look_learns_nothing_about_ids(client: Client) -> None:
    assert editor(client).get("/admin/imagehub/asset/abc/change/").status_code == 403
