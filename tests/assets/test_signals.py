"""The signals are sent with what receivers need, inside the transaction that makes the change."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.dispatch import Signal

from assets.models import Collection, Preset
from assets.signals import collection_changed, original_changed, recipe_changed
from tests.assets.images import image_file, make_asset

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def receiving(signal: Signal) -> Iterator[list[dict[str, Any]]]:
    received: list[dict[str, Any]] = []

    def note(**arguments: Any) -> None:
        assert connection.in_atomic_block
        received.append(arguments)

    signal.connect(note)
    yield received
    signal.disconnect(note)


def test_original_changed_is_sent_for_a_new_version_only() -> None:
    with receiving(original_changed) as received:
        asset = make_asset()
        asset.title = "Beach"
        asset.save()
        assert received == []
        asset.original = ContentFile(image_file(colour="red"), name="x")
        asset.save()
    assert [(each["instance"], each["using"]) for each in received] == [(asset, "default")]


def test_recipe_changed_tells_a_new_preset_from_a_changed_one() -> None:
    with receiving(recipe_changed) as received:
        preset = Preset.objects.create(name="card", width=300)
        preset.save()
        preset.width = 400
        preset.save()
    assert [each["created"] for each in received] == [True, False]
    assert {(each["instance"], each["using"]) for each in received} == {(preset, "default")}


def test_collection_changed_is_sent_for_a_move_that_is_written() -> None:
    with receiving(collection_changed) as received:
        asset = make_asset(collection=Collection.objects.create(name="Press"))
        asset.save()
        asset.collection = None
        asset.save(update_fields=["title"])
        assert received == []
        asset.save(update_fields=["collection"])
        asset.save()
    assert [(each["instance"], each["using"]) for each in received] == [(asset, "default")]
