"""Originals that several editors replace at once. Run by ``test_on_postgresql.py``."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import transaction

from assets.models import Asset, Preset, Purge
from edge.contract.original import OriginalFacts
from edge.storage.objects.store import Store
from tests.assets.concurrency_support import at_once, during_a_slow_put, in_thread
from tests.assets.images import image_file, make_asset
from tests.assets.publication_support import facts_of

pytestmark = pytest.mark.django_db(transaction=True)


def replace(asset: Asset, colour: str) -> None:
    """As an editor does who has read the row just now."""
    mine = Asset.objects.get(pk=asset.pk)
    mine.original = ContentFile(image_file(colour=colour), name="x")
    mine.save()


def move(asset: Asset, focal: int) -> None:
    mine = Asset.objects.get(pk=asset.pk)
    mine.focal_x = mine.focal_y = focal
    mine.save()


def test_of_two_replacements_at_once_row_and_original_belong_to_the_same_one(store: Store) -> None:
    asset = make_asset("photo.jpg")
    for _ in range(5):
        at_once(*(partial(replace, asset, colour) for colour in ("red", "green", "blue")))
        row = Asset.objects.get()
        stored = store.get("originals/photo.jpg")
        assert OriginalFacts.read(stored.head.metadata) == facts_of(row)
        assert len(stored.body) == row.bytes


@pytest.mark.parametrize(
    ("change", "first", "second"), [(replace, "red", "green"), (move, 0, 1)], ids=["file", "focal point"]
)
def test_a_publication_that_was_overtaken_does_not_put_back_the_older_version(
    change: Any, first: Any, second: Any, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    asset = make_asset("photo.jpg")
    with during_a_slow_put(monkeypatch, "originals/photo.jpg", lambda: change(asset, first)):
        in_thread(lambda: change(asset, second))
    row = Asset.objects.get()
    stored = store.get("originals/photo.jpg")
    assert (row.state, row.incoming) == (Asset.State.PUBLISHED, "")
    assert OriginalFacts.read(stored.head.metadata) == row.facts
    assert len(stored.body) == row.bytes
    assert Purge.objects.exists()


def test_while_storage_is_slow_the_row_is_not_locked(monkeypatch: pytest.MonkeyPatch) -> None:
    asset = make_asset("photo.jpg")
    with (
        during_a_slow_put(monkeypatch, "originals/photo.jpg", lambda: replace(asset, "red")),
        transaction.atomic(),
    ):
        Asset.objects.select_for_update(nowait=True).get()


def test_a_slow_upload_delays_no_other_image(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = make_asset("first.jpg"), make_asset("second.jpg")
    with during_a_slow_put(monkeypatch, "originals/first.jpg", lambda: replace(first, "red")):
        in_thread(lambda: replace(second, "red"))
        in_thread(lambda: Preset(name="card", width=100).save())
