"""How often the manifest is read, and what is used if it cannot be."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from edge.contract.errors import NotFound
from edge.contract.manifest import OBJECT_KEY, Manifest, PublishedPreset
from edge.contract.recipe import Recipe
from edge.storage.errors import StorageUnavailable
from edge.storage.manifest_cache import FALLBACK_SECONDS, MAX_BYTES, PRESET_SECONDS, ManifestCache
from edge.storage.objects.directory import DirectoryStore
from edge.storage.objects.store import Condition, Head, Object, Store
from tests.edge.clock import Clock


class RecordingStore(DirectoryStore):
    """Records its reads, in order."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.calls: list[tuple[str, str]] = []

    def get(self, object_key: str, max_bytes: int | None = None, only_if: Condition | None = None) -> Object:
        self.calls.append(("get", object_key))
        return super().get(object_key, max_bytes, only_if)

    def head(self, object_key: str) -> Head:
        self.calls.append(("head", object_key))
        return super().head(object_key)

    def reads(self) -> list[str]:
        """The methods called since the last time, all of them for the manifest."""
        calls, self.calls = self.calls, []
        assert {object_key for _, object_key in calls} <= {OBJECT_KEY}
        return [method for method, _ in calls]


@pytest.fixture
def store(tmp_path: Path) -> RecordingStore:
    (tmp_path / "store").mkdir()
    return RecordingStore(tmp_path / "store")


@pytest.fixture
def cache(store: RecordingStore, clock: Clock) -> ManifestCache:
    return ManifestCache(store, clock)


def write(store: Store, body: bytes) -> None:
    store.put(OBJECT_KEY, body, content_type="application/json")


def publish(store: Store, revision: int = 3, **presets: int) -> None:
    """``card=300`` is a preset of that width."""
    found = {name: PublishedPreset(revision, Recipe(width)) for name, width in (presets or {"card": 300}).items()}
    write(store, Manifest(revision, found).as_json())


def preset(cache: ManifestCache, name: str = "card") -> PublishedPreset:
    return cache.preset(name)


def test_within_a_second_the_manifest_is_read_once(cache: ManifestCache, store: RecordingStore, clock: Clock) -> None:
    publish(store)
    for _ in range(60):
        assert preset(cache) == PublishedPreset(3, Recipe(300))
        clock.now += (PRESET_SECONDS - 0.01) / 60
    assert store.reads() == ["get"]


def test_after_a_second_only_its_etag_is_checked(cache: ManifestCache, store: RecordingStore, clock: Clock) -> None:
    publish(store)
    preset(cache)
    store.reads()
    for _ in range(3):
        clock.now += PRESET_SECONDS
        assert [preset(cache), preset(cache)] == [PublishedPreset(3, Recipe(300))] * 2
        assert store.reads() == ["head"]
        assert cache.is_fresh


def test_for_the_fallback_its_etag_is_checked_once_a_minute(
    cache: ManifestCache, store: RecordingStore, clock: Clock
) -> None:
    publish(store)
    for _ in range(60):
        assert cache.fallback() is None
        clock.now += (FALLBACK_SECONDS - 1) / 60
    assert store.reads() == ["get"]
    clock.now += 1
    cache.fallback()
    assert store.reads() == ["head"]


def test_after_a_second_a_new_manifest_is_read(cache: ManifestCache, store: RecordingStore, clock: Clock) -> None:
    publish(store, card=300, poster=900)
    preset(cache)
    publish(store, card=300, poster=1000)
    assert preset(cache, "poster").recipe == Recipe(900)
    store.reads()
    clock.now += PRESET_SECONDS
    assert preset(cache, "poster").recipe == Recipe(1000)
    assert store.reads() == ["head", "get"]


def test_an_unknown_preset_is_looked_up_at_most_once_a_second(
    cache: ManifestCache, store: RecordingStore, clock: Clock
) -> None:
    publish(store)
    preset(cache)
    store.reads()
    clock.now += PRESET_SECONDS
    for _ in range(100):
        with pytest.raises(NotFound, match="no preset named poster"):
            preset(cache, "poster")
    assert store.reads() == ["head"]


DAMAGES: Mapping[str, bytes] = {
    "damaged": b'{"schema": 1, "revision": 4, "presets": 7}',
    "truncated": Manifest(4, {"card": PublishedPreset(4, Recipe(300))}).as_json()[:-5],
    "empty": b"",
    "not text": b"\xff\xfe",
    "deep": b"[" * 100_000,
    "too big": Manifest(4).as_json() + b" " * MAX_BYTES,
    "newer": b'{"schema": 2, "revision": 4, "presets": {}}',
}
each_damage = pytest.mark.parametrize("body", DAMAGES.values(), ids=DAMAGES.keys())


@each_damage
def test_the_last_readable_manifest_is_used_and_the_log_says_so(
    cache: ManifestCache, store: RecordingStore, clock: Clock, caplog: pytest.LogCaptureFixture, body: bytes
) -> None:
    publish(store)
    preset(cache)
    write(store, body)
    clock.now += PRESET_SECONDS
    assert preset(cache) == PublishedPreset(3, Recipe(300))
    assert "the last readable one is used" in caplog.text
    assert not cache.is_fresh
    publish(store, 5)
    clock.now += PRESET_SECONDS
    assert preset(cache).revision == 5
    assert cache.is_fresh


def test_it_is_used_if_the_manifest_is_missing_or_storage_unavailable(
    cache: ManifestCache, store: RecordingStore, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    publish(store)
    preset(cache)
    store.delete(OBJECT_KEY)
    clock.now += PRESET_SECONDS
    assert preset(cache).revision == 3
    assert caplog.text.count("the last readable one is used") == 1
    store.root.rename(store.root.with_name("elsewhere"))
    clock.now += PRESET_SECONDS
    assert preset(cache).revision == 3
    assert caplog.text.count("the last readable one is used") == 2


@each_damage
def test_without_a_readable_manifest_presets_are_unavailable_and_not_missing(
    cache: ManifestCache, store: RecordingStore, clock: Clock, caplog: pytest.LogCaptureFixture, body: bytes
) -> None:
    """A 404 would be cached, and would be wrong."""
    write(store, body)
    for _ in range(100):
        with pytest.raises(StorageUnavailable):
            preset(cache)
        clock.now += PRESET_SECONDS / 50
    assert store.reads() == ["get", "get"]
    assert "the manifest cannot be read" in caplog.text
    assert "the last readable one" not in caplog.text
    publish(store)
    clock.now += PRESET_SECONDS
    assert preset(cache).revision == 3


def test_before_the_first_publication_presets_are_missing_and_nothing_is_logged(
    cache: ManifestCache, store: RecordingStore, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(2):
        with pytest.raises(NotFound):
            preset(cache)
        assert not cache.is_fresh
        clock.now += PRESET_SECONDS
    assert caplog.text == ""
    publish(store)
    clock.now += PRESET_SECONDS
    assert preset(cache).revision == 3


def test_a_preset_that_this_edge_cannot_read_does_not_affect_the_others_and_is_logged(
    cache: ManifestCache, store: RecordingStore, caplog: pytest.LogCaptureFixture
) -> None:
    publish(store, card=300, poster=900)
    write(store, store.get(OBJECT_KEY).body.replace(b"w900", b"w900_later1"))
    assert preset(cache).recipe == Recipe(300)
    with pytest.raises(NotFound):
        preset(cache, "poster")
    assert "cannot read the presets ('poster',)" in caplog.text
