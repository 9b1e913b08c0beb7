"""Originals in a directory and in a real S3: the same behaviour, to the letter of the key."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import ContentFile
from django.core.files.storage import storages

from assets.models import Asset, Preset
from assets.storage import DirectoryOriginals, Original, Originals
from assets.storage_s3 import S3Originals
from edge.contract.manifest import Manifest
from edge.contract.original import OriginalFacts
from edge.storage.errors import StorageUnavailable
from edge.storage.objects.directory import DirectoryStore
from edge.storage.objects.location import open_store
from edge.storage.objects.store import Store
from tests.assets.images import image_file
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


def s3_originals(server: S3Server) -> S3Originals:
    return S3Originals(
        bucket_name=server.bucket,
        region_name=server.region,
        endpoint_url=server.endpoint,
        access_key=server.credentials.access_key,
        secret_key=server.credentials.secret_key,
    )


@pytest.fixture(params=["directory", pytest.param("s3", marks=pytest.mark.s3)])
def both(request: pytest.FixtureRequest, root: Path) -> Iterator[Both]:
    """The storage, and the edge's own view of the same place, empty."""
    if request.param == "directory":
        yield DirectoryOriginals(root), DirectoryStore(root)
        return
    server: S3Server = request.getfixturevalue("s3_server")
    place = open_store(server.location, lambda: server.credentials)
    yield s3_originals(server), place
    for key in list(place.list("originals/")):
        place.delete(key)


@pytest.mark.parametrize("key", KEYS)
def test_a_key_is_kept_as_it_is_and_its_facts_are_beside_it(both: Both, key: str) -> None:
    originals, store = both
    assert originals.generate_filename(key) == key
    assert originals.save(key, Original(b"bytes", "image/jpeg", FACTS), max_length=512) == key
    assert list(store.list("originals/")) == [f"originals/{key}"]
    stored = store.get(f"originals/{key}")
    assert (stored.body, stored.head.content_type) == (b"bytes", "image/jpeg")
    assert OriginalFacts.read(stored.head.metadata) == FACTS
    assert originals.exists(key)
    assert originals.size(key) == 5
    with originals.open(key) as file:
        assert file.read() == b"bytes"


def test_what_is_there_is_overwritten_in_place(both: Both) -> None:
    originals, store = both
    originals.save("photo.jpg", Original(b"old", "image/jpeg", FACTS))
    originals.save("photo.jpg", Original(b"new", "image/png", MOVED))
    assert list(store.list("originals/")) == ["originals/photo.jpg"]
    stored = store.get("originals/photo.jpg")
    assert (stored.body, stored.head.content_type) == (b"new", "image/png")
    assert OriginalFacts.read(stored.head.metadata) == MOVED


def test_facts_can_be_rewritten_without_the_bytes(both: Both) -> None:
    originals, store = both
    originals.save("a +é.jpg", Original(b"bytes", "image/jpeg", FACTS))
    originals.set_facts("a +é.jpg", MOVED)
    stored = store.get("originals/a +é.jpg")
    assert (stored.body, stored.head.content_type) == (b"bytes", "image/jpeg")
    assert OriginalFacts.read(stored.head.metadata) == MOVED


def test_what_is_not_there(both: Both) -> None:
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


def test_a_deleted_original_is_gone(both: Both) -> None:
    originals, store = both
    originals.save("photo.jpg", Original(b"bytes", "image/jpeg", FACTS))
    originals.delete("photo.jpg")
    assert not list(store.list("originals/"))


def test_an_original_has_no_url_and_no_facts_of_its_own_making(both: Both) -> None:
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


def test_a_directory_that_is_not_there_is_no_empty_store(root: Path) -> None:
    root.rmdir()
    with pytest.raises(StorageUnavailable):
        DirectoryOriginals(root).exists("photo.jpg")


@pytest.mark.s3
def test_an_s3_that_refuses_us_or_does_not_answer_is_away_and_not_empty(s3_server: S3Server) -> None:
    stranger, nobody = s3_originals(s3_server), s3_originals(s3_server)
    stranger.secret_key = "wrong"
    nobody.endpoint_url = "http://127.0.0.1:9"
    for originals in (stranger, nobody):
        with pytest.raises(StorageUnavailable):
            originals.save("photo.jpg", Original(b"bytes", "image/jpeg", FACTS))
        with pytest.raises(StorageUnavailable):
            originals.exists("photo.jpg")


@pytest.mark.s3
@pytest.mark.django_db(transaction=True)
def test_upload_move_and_publish_in_a_bucket(
    s3_server: S3Server, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in s3_server.environment.items():
        monkeypatch.setenv(name, value)
    settings.IMAGEHUB = {**settings.IMAGEHUB, "STORE": s3_server.location}
    options = {"bucket_name": s3_server.bucket, "region_name": s3_server.region, "endpoint_url": s3_server.endpoint}
    backend = {"BACKEND": "assets.storage_s3.S3Originals", "OPTIONS": options}
    settings.STORAGES = {**settings.STORAGES, "originals": backend}
    storage = storages["originals"]
    assert isinstance(storage, S3Originals)
    assert storage.is_in(s3_server.location)
    asset = Asset(key="été/a+b 100%.jpg", original=ContentFile(image_file(), name="x"))
    asset.save()
    asset.focal_x, asset.focal_y = 310, 420
    asset.save()
    preset = Preset(name="card", width=300)
    preset.save()
    place = open_store(s3_server.location, lambda: s3_server.credentials)
    head = place.head("originals/été/a+b 100%.jpg")
    assert OriginalFacts.read(head.metadata) == OriginalFacts(asset.version, (310, 420))
    assert Manifest.parse(place.get("config/edge.json").body).presets["card"].revision == preset.revision
    place.delete("originals/été/a+b 100%.jpg")
    place.delete("config/edge.json")
