"""A save that fails: nothing is changed, the form says why, and what was typed is still there."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.db import IntegrityError, OperationalError
from django.db.models.signals import pre_save
from django.test import Client

from assets.models import Asset, Purge
from edge.storage.objects.store import Store
from tests.assets.admin.forms import ADD, change_url, errors, post
from tests.assets.images import image_file, make_asset
from tests.assets.models.test_asset import facts
from tests.assets.publication_support import facts_of
from tests.machine import full_disk

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_replacement_on_a_full_disk_changes_nothing(admin_client: Client, store: Store) -> None:
    body = image_file()
    asset = make_asset(body=body)
    with full_disk(2000):
        response = post(admin_client, change_url(asset), image_file("JPEG", (900, 900), quality=100), title="Kept")
    assert "Nothing was saved" in errors(response)["__all__"][0]
    assert "Kept" in response.content.decode()
    assert Asset.objects.get().version == asset.version
    assert store.get(f"originals/{asset.key}").body == body
    assert not Purge.objects.exists()


def test_a_full_database_keeps_what_the_editor_typed(admin_client: Client, store: Store) -> None:
    def be_full(**_: object) -> None:
        pre_save.disconnect(be_full, sender=Asset)
        raise OperationalError("database or disk is full")

    pre_save.connect(be_full, sender=Asset)
    response = post(admin_client, ADD, image_file(), "a.jpg", title="Kept")
    assert "Nothing was saved" in errors(response)["__all__"][0]
    assert "database or disk is full" in errors(response)["__all__"][0]
    assert response.context["adminform"].form["title"].value() == "Kept"
    assert not list(store.list("originals/"))


def test_a_save_that_was_overtaken_is_validated_and_saved_again(admin_client: Client, store: Store) -> None:
    def be_quicker(**_: object) -> None:
        pre_save.disconnect(be_quicker, sender=Asset)
        raise IntegrityError("UNIQUE constraint failed: imagehub_asset.key")

    pre_save.connect(be_quicker, sender=Asset)
    assert post(admin_client, ADD, image_file()).redirect_chain
    assert facts(store, Asset.objects.get()) == facts_of(Asset.objects.get())


def test_no_list_has_editable_fields() -> None:
    """They would be saved without a comparison: docs/decisions/023-editing-together.md."""
    ours = [each for model, each in admin.site._registry.items() if model._meta.app_label == "imagehub"]
    assert [each.list_editable for each in ours] == [()] * len(ours)
