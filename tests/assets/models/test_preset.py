"""Presets: when their revision rises, and what is published."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from celery.signals import after_task_publish
from django.core.exceptions import ValidationError
from django.db import transaction
from django.test import Client

from assets import manifest, purge
from assets.models import ManifestState, Preset, Purge
from edge.contract.manifest import Manifest
from edge.contract.recipe import Recipe
from edge.storage.errors import StorageUnavailable
from edge.storage.objects.store import Store

pytestmark = pytest.mark.django_db(transaction=True)

LIST = "/admin/imagehub/preset/"
FORM = {"width": 300, "height": 300, "fit": "cover", "gravity": "focal", "quality": "", "bg": "ffffff"}


@pytest.fixture
def tasks_sent() -> Iterator[list[str]]:
    names: list[str] = []

    def remember(sender: str, **_: Any) -> None:
        names.append(sender)

    after_task_publish.connect(remember)
    yield names
    after_task_publish.disconnect(remember)


def published(store: Store) -> Manifest:
    return Manifest.parse(store.get("config/edge.json").body)


def make(name: str = "card", **fields: Any) -> Preset:
    preset = Preset(name=name, **{"width": 300, **fields})
    preset.save()
    return preset


def test_a_new_preset_is_published_on_commit(admin_client: Client, admin_user: Any, store: Store) -> None:
    response = admin_client.post(LIST + "add/", {**FORM, "name": "square"}, follow=True)
    assert response.redirect_chain
    preset = Preset.objects.get()
    assert preset.updated_by == admin_user
    found = published(store)
    assert found.presets["square"].revision == preset.revision
    assert found.presets["square"].recipe == Recipe(300, 300, "cover")
    assert found.revision == ManifestState.objects.get().published_revision
    assert not ManifestState.objects.get().is_pending


def test_a_preset_that_is_rolled_back_is_not_published(store: Store) -> None:
    with transaction.atomic():
        make()
        transaction.set_rollback(True)
    assert not Preset.objects.exists()
    assert not list(store.list("config/"))


def test_a_changed_recipe_has_a_new_revision_and_requests_a_purge(store: Store) -> None:
    preset = make()
    first = preset.revision
    preset.width = 400
    preset.save()
    assert preset.revision > first
    assert published(store).presets["card"].recipe == Recipe(400)
    purge = Purge.objects.get()
    assert (purge.kind, purge.subject, purge.reason) == (Purge.Kind.PRESET, "card", Purge.Reason.CHANGED)


def test_a_changed_recipe_of_an_old_instance_has_a_new_revision() -> None:
    make(width=300)
    mine, theirs = Preset.objects.get(), Preset.objects.get()
    theirs.width = 400
    theirs.save()
    mine.width = 500
    mine.save()
    assert mine.revision > theirs.revision


def test_an_old_instance_with_the_current_recipe_keeps_the_current_revision() -> None:
    make(width=300)
    mine, theirs = Preset.objects.get(), Preset.objects.get()
    theirs.width = 400
    theirs.save()
    mine.width = 400
    mine.save()
    assert Preset.objects.get().revision == mine.revision == theirs.revision


def test_a_changed_recipe_has_a_new_revision_with_update_fields_too(store: Store) -> None:
    preset = make(width=300, height=200)
    first, day = preset.revision, preset.updated_at
    preset.width, preset.height = 400, 500
    preset.save(update_fields=["width"])
    preset.refresh_from_db()
    assert (preset.width, preset.height, preset.updated_at > day) == (400, 200, True)
    assert published(store).presets["card"].revision == preset.revision > first
    assert published(store).presets["card"].recipe == Recipe(400, 200, "cover")
    second = preset.revision
    preset.height = 500
    preset.save(update_fields=["updated_by"])
    preset.refresh_from_db()
    assert (preset.revision, preset.height) == (second, 200)
    Preset.objects.update_or_create(name="card", defaults={"width": 640})
    preset.refresh_from_db()
    assert published(store).presets["card"].revision == preset.revision > second


def test_fields_that_do_not_change_the_recipe_keep_the_revision() -> None:
    preset = make(width=300, height=0)
    first = preset.revision
    preset.fit, preset.gravity = "contain", "north"  # of which one side alone says nothing
    preset.save()
    assert preset.revision == first
    assert not Purge.objects.exists()


def test_a_deleted_preset_is_unpublished_and_its_revision_never_used_again(admin_client: Client, store: Store) -> None:
    first = make()
    admin_client.post(f"{LIST}{first.pk}/delete/", {"post": "yes"})
    assert dict(published(store).presets) == {}
    assert Purge.objects.get().subject == "card"
    assert make(width=999).revision > first.revision


def test_the_manifests_revision_rises_with_every_change(store: Store) -> None:
    seen = []
    for name in ("one", "two"):
        preset = make(name)
        seen.append(published(store).revision)
        preset.width += 1
        preset.save()
        seen.append(published(store).revision)
    Preset.objects.all().delete()
    seen.append(published(store).revision)
    assert seen == sorted(set(seen))


def test_if_storage_is_unavailable_the_preset_is_saved_and_the_editor_is_told(
    admin_client: Client, root: Path, store: Store, tasks_sent: list[str]
) -> None:
    elsewhere = root.with_name("elsewhere")
    root.rename(elsewhere)
    response = admin_client.post(LIST + "add/", {**FORM, "name": "square"}, follow=True)
    assert "saved but not published yet" in response.content.decode()
    assert tasks_sent == ["assets.tasks.publish_manifest"]
    again = {**FORM, "width": "400", "_continue": "1"}
    response = admin_client.post(f"{LIST}{Preset.objects.get().pk}/change/", again, follow=True)
    assert Preset.objects.get().width == 400
    assert response.content.decode().count("saved but not published yet") == 1
    elsewhere.rename(root)
    assert manifest.publish()
    assert "square" in published(store).presets
    assert "not published yet" not in admin_client.get(LIST).content.decode()
    assert not manifest.publish(), "it was published already"


def test_the_purge_of_a_preset_publishes_it_first(root: Path, store: Store) -> None:
    preset = make()
    elsewhere = root.with_name("elsewhere")
    root.rename(elsewhere)
    preset.width = 400
    preset.save()
    waiting = Purge.objects.get()
    with pytest.raises(StorageUnavailable):
        purge.run(waiting)
    elsewhere.rename(root)
    assert published(store).presets["card"].recipe == Recipe(300)
    purge.run(waiting)
    assert published(store).presets["card"].recipe == Recipe(400)
    assert waiting.state == Purge.State.DONE


def test_a_name_cannot_change() -> None:
    preset = make()
    preset.name = "other"
    with pytest.raises(ValidationError, match="name cannot change"):
        preset.save()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": "Big Card"}, "name"),
        ({"name": "-card"}, "name"),
        ({"width": 4097}, "width"),
        ({"height": -1}, "height"),
        ({"quality": 101}, "quality"),
        ({"bg": "red"}, "bg"),
        ({"fit": "stretch"}, "fit"),
    ],
)
def test_a_recipe_that_the_edge_would_refuse_is_refused_by_the_form(
    admin_client: Client, store: Store, changes: dict[str, Any], field: str
) -> None:
    response = admin_client.post(LIST + "add/", {**FORM, "name": "card", **changes})
    assert list(response.context["adminform"].form.errors) == [field]
    assert not Preset.objects.exists()
    assert not list(store.list("config/"))
