"""Editors who save one form at once. Run by ``test_on_postgresql.py``."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from assets.bulk_edit import add_tag
from assets.models import Asset, Preset, Tag
from tests.assets.admin.forms import ADD
from tests.assets.admin.html_forms import fields_of
from tests.assets.concurrency_support import at_once
from tests.assets.images import image_file, make_asset

pytestmark = pytest.mark.django_db(transaction=True)


def post_at_once(url: str, forms: list[dict[str, Any]]) -> list[Any]:
    """The answers to these forms, each sent by an editor of its own at the same moment."""
    clients = []
    for number in range(len(forms)):
        client = Client()
        client.force_login(get_user_model().objects.create_superuser(f"editor{number}"))
        clients.append(client)
    return at_once(*(lambda c=c, form=form: c.post(url, form) for c, form in zip(clients, forms, strict=True)))


def test_of_editors_who_save_one_field_at_once_one_saves_and_the_others_are_asked(admin_client: Client) -> None:
    asset = make_asset("photo.jpg", title="Before")
    url = f"/admin/imagehub/asset/{asset.pk}/change/"
    form = fields_of(admin_client.get(url).content.decode(), "asset_form")
    answers = post_at_once(url, [{**form, "title": f"Title {number}"} for number in range(4)])
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 302]
    saved = Asset.objects.get().title
    for number, answer in enumerate(answers):
        assert (answer.status_code == 302) == (saved == f"Title {number}")
        if answer.status_code == 200:
            assert saved in answer.content.decode()
            assert f"Title {number}" in answer.content.decode()


def test_editors_who_save_different_fields_at_once_all_save(admin_client: Client) -> None:
    preset = Preset.objects.create(name="card", width=300)
    url = f"/admin/imagehub/preset/{preset.pk}/change/"
    form = fields_of(admin_client.get(url).content.decode(), "preset_form")
    changes = [{"quality": "70"}, {"bg": "000000"}, {"gravity": "north"}, {"up": "on"}]
    answers = post_at_once(url, [{**form, **change} for change in changes])
    assert [answer.status_code for answer in answers] == [302] * 4
    found = Preset.objects.values_list("quality", "bg", "gravity", "up").get()
    assert found == (70, "000000", "north", True)


def test_of_editors_who_add_one_key_at_once_one_saves_and_the_others_see_that_it_exists() -> None:
    files = [SimpleUploadedFile("photo.jpg", image_file(colour=colour)) for colour in ("red", "green", "blue", "teal")]
    answers = post_at_once(ADD, [{"key": "photo.jpg", "alt_text": "Sand", "original": file} for file in files])
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 302]
    for answer in answers:
        if answer.status_code == 200:
            assert "An image with this key already exists" in answer.content.decode()
    assert Asset.objects.count() == 1


def test_editors_who_add_tags_at_once_all_keep_theirs_and_one_new_tag_is_made_once(admin_client: Client) -> None:
    asset = make_asset("photo.jpg", alt_text="Sand")
    asset.tags.add(Tag.obtain("old"))
    url = f"/admin/imagehub/asset/{asset.pk}/change/"
    form = fields_of(admin_client.get(url).content.decode(), "asset_form")
    typed = ["old, both, a", "old, BOTH, b", "both", "old, both, d"]
    answers = post_at_once(url, [{**form, "tag_names": names} for names in typed])
    assert [answer.status_code for answer in answers] == [302] * 4
    assert sorted(tag.folded for tag in asset.tags.all()) == ["a", "b", "both", "d"]
    assert Tag.objects.count() == 5


def test_a_tag_for_many_images_and_a_form_of_one_do_not_undo_each_other(admin_client: Client) -> None:
    asset = make_asset("photo.jpg", alt_text="Sand")
    url = f"/admin/imagehub/asset/{asset.pk}/change/"
    form = fields_of(admin_client.get(url).content.decode(), "asset_form")
    bulk = Tag.obtain("bulk")
    at_once(
        lambda: admin_client.post(url, {**form, "tag_names": "mine"}),
        lambda: add_tag(Asset.objects.all(), bulk),
    )
    assert sorted(str(tag) for tag in asset.tags.all()) == ["bulk", "mine"]
