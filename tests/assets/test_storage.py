"""Originals in a directory and on a real S3 server behave the same, whatever characters a key has."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured, SuspiciousFileOperation
from django.core.files.base import ContentFile
from django.core.files.storage import storages

from assets.storage import DirectoryOriginals, Originals, object_store
from edge.contract.original import OriginalFacts, original_object_key
from edge.storage.errors import Denied, StorageUnavailable
from edge.storage.objects.directory import DirectoryStore
from edge.storage.objects.location import open_store
from edge.storage.objects.store import Store
from tests.assets.test_storage_s3 import s3_originals
from tests.s3server import S3Server

FACTS = OriginalFacts("1f2e3d4c")
MOVED = OriginalFacts("00000001", (310, 420))
KEYS = [
    "photo.jpg",
    "a folder/sun + sea.jpg",
    "100%.jpg",
    "%41.jpg",
    "#?&=;.jpg",
    "café.jpg",
    "照片/海滩.jpg",
    "/".join(["x" * 170] * 3)[:508] + ".jpg",
]

Both = tuple[Originals, Store]


@pytest.fixture(params=["directory", pytest.param("s3", marks=pytest.mark.s3)])
def both(request: pytest.FixtureRequest, root: Path) -> Iterator[Both]:
    """An empty storage for originals, and the edge's view of the same directory or bucket."""
    if request.param == "directory":
        yield DirectoryOriginals(root), DirectoryStore(root)
        return
    server: S3Server = request.getfixturevalue("s3_server")
    edge = open_store(server.location, lambda: server.credentials)
    _empty(edge)  # other tests use the bucket too
    yield s3_originals(server), edge
    _empty(edge)


def put(originals: Originals, key: str, facts: OriginalFacts = FACTS) -> None:
    """As a publication writes an original."""
    metadata = facts.as_metadata()
    originals.store.put(original_object_key(key), b"bytes", content_type="image/jpeg", metadata=metadata)


def _empty(store: Store) -> None:
    for key in list(store.list("originals/")):
        store.delete(key)


@pytest.mark.parametrize("key", KEYS)
def test_an_original_is_stored_under_its_exact_key_with_its_facts(both: Both, key: str) -> None:
    originals, store = both
    assert originals.generate_filename(key) == key
    put(originals, key)
    assert list(store.list("originals/")) == [f"originals/{key}"]
    stored = store.get(f"originals/{key}")
    assert (stored.body, stored.head.content_type) == (b"bytes", "image/jpeg")
    assert OriginalFacts.read(stored.head.metadata) == FACTS
    assert originals.exists(key)
    assert originals.size(key) == 5
    with originals.open(key) as file:
        assert file.read() == b"bytes"


def test_a_second_write_replaces_bytes_type_and_facts(both: Both) -> None:
    originals, store = both
    put(originals, "photo.jpg")
    originals.store.put("originals/photo.jpg", b"new", content_type="image/png", metadata=MOVED.as_metadata())
    assert list(store.list("originals/")) == ["originals/photo.jpg"]
    stored = store.get("originals/photo.jpg")
    assert (stored.body, stored.head.content_type) == (b"new", "image/png")
    assert OriginalFacts.read(stored.head.metadata) == MOVED


def test_facts_are_replaced_without_the_bytes(both: Both) -> None:
    originals, store = both
    put(originals, "a +é.jpg")
    originals.set_facts("a +é.jpg", MOVED)
    stored = store.get("originals/a +é.jpg")
    assert (stored.body, stored.head.content_type) == (b"bytes", "image/jpeg")
    assert OriginalFacts.read(stored.head.metadata) == MOVED


@pytest.mark.parametrize("examined", [True, False])
def test_new_facts_do_not_change_whether_the_original_was_examined(both: Both, examined: bool) -> None:
    originals, store = both
    put(originals, "photo.jpg", replace(FACTS, examined=examined))
    originals.set_facts("photo.jpg", MOVED)
    assert OriginalFacts.read(store.head("originals/photo.jpg").metadata) == replace(MOVED, examined=examined)


def test_an_original_that_was_put_into_the_store_by_hand_stays_unexamined(both: Both) -> None:
    originals, store = both
    store.put("originals/photo.jpg", b"bytes", content_type="image/jpeg")
    originals.set_facts("photo.jpg", FACTS)
    assert OriginalFacts.read(store.head("originals/photo.jpg").metadata) == replace(FACTS, examined=False)


def test_a_missing_original_is_file_not_found(both: Both) -> None:
    originals, _ = both
    assert not originals.exists("photo.jpg")
    originals.delete("photo.jpg")
    looks: list[Callable[[], object]] = [
        lambda: originals.size("photo.jpg"),
        lambda: originals.open("photo.jpg").read(),
        lambda: originals.set_facts("photo.jpg", FACTS),
    ]
    for look in looks:
        with pytest.raises(FileNotFoundError):
            look()


def test_a_deleted_original_no_longer_exists(both: Both) -> None:
    originals, store = both
    put(originals, "photo.jpg")
    originals.delete("photo.jpg")
    assert not list(store.list("originals/"))


def test_an_original_has_no_url_and_is_written_only_through_its_asset(both: Both) -> None:
    originals, _ = both
    with pytest.raises(NotImplementedError):
        originals.url("photo.jpg")
    with pytest.raises(TypeError, match="through its Asset"):
        originals.save("photo.jpg", ContentFile(b"bytes"))
    with pytest.raises(ValueError, match="through its Asset"):
        originals.open("photo.jpg", "wb")
    with pytest.raises(SuspiciousFileOperation):
        originals.generate_filename("../photo.jpg")
    assert originals.generate_filename(unicodedata.normalize("NFD", "é.jpg")) == "é.jpg"


def test_a_directory_that_does_not_exist_is_unavailable_and_not_empty(root: Path) -> None:
    root.rmdir()
    with pytest.raises(StorageUnavailable):
        DirectoryOriginals(root).exists("photo.jpg")


def test_denied_access_is_unavailable_and_not_missing(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def deny(*_: Any) -> None:
        raise Denied("originals/photo.jpg")

    monkeypatch.setattr(DirectoryStore, "head", deny)
    with pytest.raises(StorageUnavailable, match=r"denies access to the original photo\.jpg"):
        DirectoryOriginals(root).exists("photo.jpg")


def test_the_object_store_is_that_of_the_originals(root: Path) -> None:
    assert object_store() is storages["originals"].store  # type: ignore[attr-defined]  # Django's own type has none


def test_two_settings_that_name_different_places_are_an_error_that_names_both(settings: Any) -> None:
    settings.IMAGEHUB = {**settings.IMAGEHUB, "STORE": "file:///elsewhere"}
    with pytest.raises(ImproperlyConfigured, match=r'STORAGES\["originals"\] is not in file:///elsewhere'):
        object_store()
