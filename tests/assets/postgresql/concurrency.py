"""What only a database with several writers at once can show. Run by ``test_on_postgresql.py``."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import pytest
from django.core.files.base import ContentFile
from django.db import connection

from assets import purge
from assets.jobs.lifecycle import claim
from assets.models import Asset, ManifestState, Preset, Purge
from edge.contract import manifest
from edge.contract.original import OriginalFacts
from edge.storage.objects.directory import DirectoryStore
from tests.assets.images import image_file, make_asset

pytestmark = pytest.mark.django_db(transaction=True)
T = TypeVar("T")


@pytest.fixture(autouse=True)
def store(tmp_path: Path, settings: Any) -> DirectoryStore:
    assert connection.vendor == "postgresql"
    root = tmp_path / "store"
    root.mkdir()
    settings.IMAGEHUB = {"CDN_URL": "https://cdn.example", "STORE": root.as_uri()}
    originals = {"BACKEND": "assets.storage.DirectoryOriginals", "OPTIONS": {"location": root}}
    settings.STORAGES = {**settings.STORAGES, "originals": originals}
    return DirectoryStore(root)


def at_once(*work: Callable[[], T]) -> list[T]:
    """What each gives, all begun at the same moment."""
    barrier = threading.Barrier(len(work))

    def begin(each: Callable[[], T]) -> T:
        try:
            barrier.wait()
            return each()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(work)) as pool:
        return list(pool.map(begin, work))


def test_of_purges_of_one_subject_one_is_worked_on_at_a_time() -> None:
    for _ in range(10):
        Purge.objects.all().delete()
        rows = [Purge.objects.create(subject="a.jpg") for _ in range(4)]
        claims = at_once(*(lambda pk=row.pk: claim(purge.rivals(pk), pk) for row in rows))
        assert len([each for each in claims if each]) == 1
        assert Purge.objects.filter(state=Purge.State.RUNNING).count() == 1


def test_one_purge_that_two_messages_came_for_is_claimed_once() -> None:
    for _ in range(10):
        pk = Purge.objects.create(subject="a.jpg").pk
        claims = at_once(*[lambda: claim(purge.rivals(pk), pk)] * 4)  # noqa: B023  # all done within the round
        assert len([each for each in claims if each]) == 1
        Purge.objects.all().delete()


def test_purges_of_different_subjects_do_not_wait_for_each_other() -> None:
    rows = [Purge.objects.create(subject=f"{index}.jpg") for index in range(4)]
    claims = at_once(*(lambda pk=row.pk: claim(purge.rivals(pk), pk) for row in rows))
    assert all(claims)


def test_presets_that_are_saved_at_once_are_all_published_each_at_a_revision_of_its_own(store: DirectoryStore) -> None:
    names = ["a", "b", "c", "d"]
    at_once(*(lambda name=name: Preset(name=name, width=100).save() for name in names))
    published = manifest.Manifest.parse(store.get(manifest.OBJECT_KEY).body)
    assert sorted(preset.revision for preset in published.presets.values()) == [1, 2, 3, 4]
    assert sorted(published.presets) == names
    assert (published.revision, ManifestState.objects.get().is_pending) == (4, False)


def test_of_two_replacements_at_once_row_and_original_are_of_the_same_one(store: DirectoryStore) -> None:
    asset = make_asset("photo.jpg")

    def replace(colour: str) -> None:
        mine = Asset.objects.get(pk=asset.pk)
        mine.original = ContentFile(image_file(colour=colour), name="x")
        mine.save()

    for _ in range(5):
        at_once(*(lambda colour=colour: replace(colour) for colour in ("red", "green", "blue")))
        row = Asset.objects.get()
        stored = store.get("originals/photo.jpg")
        assert OriginalFacts.read(stored.head.metadata) == OriginalFacts(row.version)
        assert len(stored.body) == row.bytes
