"""Presets in the admin."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from assets.links import img_url
from assets.models import Preset, PresetUse
from edge.contract.manifest import Manifest
from edge.storage.objects.store import Store
from tests.assets.admin.pages import PRESETS, editor, page
from tests.assets.images import make_asset

pytestmark = pytest.mark.django_db


def test_presets_are_shown_on_the_newest_image(admin_client: Client) -> None:
    assert Preset.objects.create(name="card", width=300, height=200).revision
    assert "<code>w300_h200_fcover</code>" in page(admin_client, PRESETS)
    asset = make_asset("photo.jpg")
    assert img_url(asset, preset=Preset.objects.get()).replace("&", "&amp;") in page(admin_client, PRESETS)


def press(client: Client, change: str) -> None:
    """The button in the section Use, with the form that it belongs to."""
    form = page(client, change).partition('<form id="imagehub-archive"')[2].partition("</form>")[0]
    fields = dict(re.findall(r'name="(action|_selected_action)" value="(\w+)"', form))
    assert client.post(PRESETS, fields).status_code == 302


def delete(client: Client, preset: Preset) -> str:
    response = client.post(f"{PRESETS}{preset.pk}/delete/", {"post": "yes"}, follow=True)
    return str(response.content.decode())


@pytest.fixture
def template(tmp_path: Path, settings: Any) -> Path:
    """A template of the project that names the preset card."""
    path = tmp_path / "page.html"
    path.write_text('{% load imagehub %}{% img_url photo preset="card" %}')
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [*settings.TEMPLATES[0].get("DIRS", []), tmp_path]}]
    return path


def test_a_preset_that_a_template_names_is_not_deleted(admin_client: Client, template: Path) -> None:
    preset = Preset.objects.create(name="card", width=300)
    assert "card is used in page.html:1" in delete(admin_client, preset)
    everything = {"action": "delete_selected", "_selected_action": [preset.pk], "post": "yes"}
    assert "card is used in page.html:1" in admin_client.post(PRESETS, everything).content.decode()
    assert Preset.objects.exists()
    template.unlink()
    delete(admin_client, preset)
    assert not Preset.objects.exists()


@pytest.mark.parametrize(("days", "kept"), [(29, True), (31, False)])
def test_a_preset_that_a_page_has_lately_asked_for_is_not_deleted(admin_client: Client, days: int, kept: bool) -> None:
    preset = Preset.objects.create(name="card", width=300)
    PresetUse.objects.create(name="card", used_on=datetime.now(UTC).date() - timedelta(days=days))
    delete(admin_client, preset)
    assert Preset.objects.exists() == kept


def test_its_page_says_where_it_is_used(admin_client: Client, template: Path) -> None:
    preset = Preset.objects.create(name="card", width=300)
    PresetUse.objects.create(name="card", used_on=datetime(2026, 3, 5, tzinfo=UTC).date())
    html = page(admin_client, f"{PRESETS}{preset.pk}/change/")
    assert "Named in <code>page.html:1</code>" in html
    assert "A page last asked for it on 5 Mar 2026" in html


def test_the_list_names_the_presets_that_are_missing(admin_client: Client, template: Path) -> None:
    assert "There is no preset card, which is used in page.html:1." in page(admin_client, PRESETS)


@pytest.mark.django_db(transaction=True)
def test_archiving_keeps_a_preset_published_and_can_be_undone(admin_client: Client, store: Store) -> None:
    preset = Preset.objects.create(name="card", width=300)
    change = f"{PRESETS}{preset.pk}/change/"
    before = store.get("config/edge.json").body
    press(admin_client, change)
    preset.refresh_from_db()
    assert preset.archived
    assert store.get("config/edge.json").body == before
    assert "card" in Manifest.parse(before).presets
    assert ">archived<" in page(admin_client, PRESETS)
    press(admin_client, change)
    preset.refresh_from_db()
    assert not preset.archived


def test_several_presets_are_archived_and_restored_at_once(admin_client: Client, admin_user: Any) -> None:
    chosen = [Preset.objects.create(name=name, width=300).pk for name in ("a", "b")]
    for action, archived in (("archive", True), ("restore", False)):
        admin_client.post(PRESETS, {"action": action, "_selected_action": chosen})
        assert set(Preset.objects.values_list("archived", "updated_by")) == {(archived, admin_user.pk)}
        assert [preset.name for preset in Preset.objects.filter(archived=not archived)] == []
    assert "archived=yes" in page(admin_client, PRESETS)


def test_an_editor_without_the_right_to_delete_archives(client: Client) -> None:
    preset = Preset.objects.create(name="card", width=300)
    editor(client, "view_preset", "change_preset")
    assert client.post(f"{PRESETS}{preset.pk}/delete/", {"post": "yes"}).status_code == 403
    client.post(PRESETS, {"action": "archive", "_selected_action": [preset.pk]})
    assert Preset.objects.get().archived
    assert page(client, f"{PRESETS}?archived=no").count("card") == 0


def test_a_preset_without_a_size_says_that_it_shows_the_whole_image(admin_client: Client) -> None:
    form = {"name": "whole", "width": "0", "height": "0", "fit": "cover", "gravity": "focal", "bg": "ffffff"}
    saved = admin_client.post(f"{PRESETS}add/", form, follow=True).content.decode()
    assert "The preset whole has no width and no height, so it shows the whole image." in saved
    assert "the whole image</span>" in saved
    assert Preset.objects.get().recipe.slug == "full"
    assert "Without a width and a height, the preset shows the whole image" in page(admin_client, f"{PRESETS}add/")
