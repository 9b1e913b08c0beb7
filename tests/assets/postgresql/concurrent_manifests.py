"""The manifest, published by several processes at once. Run by ``test_on_postgresql.py``."""

from __future__ import annotations

import pytest
from django.db import transaction

from assets import manifest
from assets.models import ManifestState, Preset
from edge.contract.manifest import OBJECT_KEY, Manifest
from edge.storage.objects.store import Store
from tests.assets.concurrency_support import at_once, during_a_slow_put, in_thread

pytestmark = pytest.mark.django_db(transaction=True)


def published(store: Store) -> Manifest:
    return Manifest.parse(store.get(OBJECT_KEY).body)


def test_presets_saved_at_once_are_all_published_with_different_revisions(store: Store) -> None:
    names = ["a", "b", "c", "d"]
    at_once(*(lambda name=name: Preset(name=name, width=100).save() for name in names))
    assert sorted(preset.revision for preset in published(store).presets.values()) == [1, 2, 3, 4]
    assert sorted(published(store).presets) == names
    assert (published(store).revision, ManifestState.current().is_pending) == (4, False)


def test_while_storage_is_slow_others_save_and_publish_and_the_later_manifest_stays(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    with during_a_slow_put(monkeypatch, OBJECT_KEY, lambda: Preset(name="first", width=100).save()):
        in_thread(lambda: Preset(name="second", width=200).save())
        assert published(store).revision == 2
    assert published(store).revision == 2
    assert sorted(published(store).presets) == ["first", "second"]
    assert not ManifestState.current().is_pending


def test_while_storage_is_slow_the_revision_counter_is_not_locked(monkeypatch: pytest.MonkeyPatch) -> None:
    with (
        during_a_slow_put(monkeypatch, OBJECT_KEY, lambda: Preset(name="first", width=100).save()),
        transaction.atomic(),
    ):
        ManifestState.objects.select_for_update(nowait=True).get()


def test_of_many_publishers_at_once_the_last_revision_is_published(store: Store) -> None:
    Preset.objects.create(name="card", width=100)
    for width in range(101, 111):
        Preset._base_manager.update(width=width)
        ManifestState.request_revision()
        ManifestState.objects.update(published_revision=0)
        at_once(*[manifest.publish] * 4)
        found = published(store)
        assert (found.revision, found.presets["card"].recipe.width) == (
            ManifestState.current().requested_revision,
            width,
        )
        assert not ManifestState.current().is_pending
