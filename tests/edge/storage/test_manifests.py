"""The manifest as an edge keeps it: how often it asks, and what it goes on with when there is nothing good to read."""

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


class Counted(DirectoryStore):
    """What it was asked, in order."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.asked: list[tuple[str, str]] = []

    def get(self, key: str, max_bytes: int | None = None, wanted: Condition | None = None) -> Object:
        self.asked.append(("get", key))
        return super().get(key, max_bytes, wanted)

    def head(self, key: str) -> Head:
        self.asked.append(("head", key))
        return super().head(key)

    def since(self) -> list[str]:
        """What it was asked for since this was last called, which is the manifest and nothing else."""
        asked, self.asked = self.asked, []
        assert {key for _, key in asked} <= {OBJECT_KEY}
        return [method for method, _ in asked]


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def counted(tmp_path: Path) -> Counted:
    (tmp_path / "store").mkdir()
    return Counted(tmp_path / "store")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def cache(counted: Counted, clock: Clock) -> ManifestCache:
    return ManifestCache(counted, clock)


def write(store: Store, body: bytes) -> None:
    store.put(OBJECT_KEY, body, content_type="application/json")


def publish(store: Store, revision: int = 3, **presets: int) -> None:
    """``card=300`` is a preset of that width, at the revision."""
    found = {name: PublishedPreset(revision, Recipe(width)) for name, width in (presets or {"card": 300}).items()}
    write(store, Manifest(revision, found).as_json())


def ask(cache: ManifestCache, name: str = "card") -> PublishedPreset:
    return cache.preset(name)


def test_within_a_second_it_is_read_once(cache: ManifestCache, counted: Counted, clock: Clock) -> None:
    publish(counted)
    for _ in range(60):
        assert ask(cache) == PublishedPreset(3, Recipe(300))
        clock.now += (PRESET_SECONDS - 0.01) / 60
    assert counted.since() == ["get"]


def test_after_a_second_its_etag_is_looked_at_and_no_more(cache: ManifestCache, counted: Counted, clock: Clock) -> None:
    publish(counted)
    ask(cache)
    counted.since()
    for _ in range(3):
        clock.now += PRESET_SECONDS
        assert [ask(cache), ask(cache)] == [PublishedPreset(3, Recipe(300))] * 2
        assert counted.since() == ["head"]
        assert cache.is_fresh


def test_for_the_fallback_picture_it_is_looked_at_once_a_minute(
    cache: ManifestCache, counted: Counted, clock: Clock
) -> None:
    publish(counted)
    for _ in range(60):
        assert cache.fallback() is None
        clock.now += (FALLBACK_SECONDS - 1) / 60
    assert counted.since() == ["get"]
    clock.now += 1
    cache.fallback()
    assert counted.since() == ["head"]


def test_after_a_second_a_new_one_is_read(cache: ManifestCache, counted: Counted, clock: Clock) -> None:
    publish(counted, card=300, poster=900)
    ask(cache)
    publish(counted, card=300, poster=1000)
    assert ask(cache, "poster").recipe == Recipe(900)
    counted.since()
    clock.now += PRESET_SECONDS
    assert ask(cache, "poster").recipe == Recipe(1000)
    assert counted.since() == ["head", "get"]


def test_what_it_does_not_know_is_looked_for_at_most_once_a_second(
    cache: ManifestCache, counted: Counted, clock: Clock
) -> None:
    publish(counted)
    ask(cache)
    counted.since()
    clock.now += PRESET_SECONDS
    for _ in range(100):
        with pytest.raises(NotFound, match="no preset named poster"):
            ask(cache, "poster")
    assert counted.since() == ["head"]


DAMAGES: Mapping[str, bytes] = {
    "damaged": b'{"schema": 1, "revision": 4, "presets": 7}',
    "truncated": Manifest(4, {"card": PublishedPreset(4, Recipe(300))}).as_json()[:-5],
    "empty": b"",
    "not text": b"\xff\xfe",
    "deep": b"[" * 100_000,
    "too big": Manifest(4).as_json() + b" " * MAX_BYTES,
    "newer": b'{"schema": 2, "revision": 4, "presets": {}}',
}
damage = pytest.mark.parametrize("body", DAMAGES.values(), ids=DAMAGES.keys())


@damage
def test_the_last_good_one_is_kept_and_the_log_says_so(
    cache: ManifestCache, counted: Counted, clock: Clock, caplog: pytest.LogCaptureFixture, body: bytes
) -> None:
    publish(counted)
    ask(cache)
    write(counted, body)
    clock.now += PRESET_SECONDS
    assert ask(cache) == PublishedPreset(3, Recipe(300))
    assert "the last readable one is used" in caplog.text
    assert not cache.is_fresh
    publish(counted, 5)
    clock.now += PRESET_SECONDS
    assert ask(cache).revision == 5
    assert cache.is_fresh


def test_a_missing_one_and_a_store_that_is_away_too(
    cache: ManifestCache, counted: Counted, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    publish(counted)
    ask(cache)
    counted.delete(OBJECT_KEY)
    clock.now += PRESET_SECONDS
    assert ask(cache).revision == 3
    assert caplog.text.count("the last readable one is used") == 1
    counted.root.rename(counted.root.with_name("away"))
    clock.now += PRESET_SECONDS
    assert ask(cache).revision == 3
    assert caplog.text.count("the last readable one is used") == 2


@damage
def test_without_a_good_one_presets_are_unknown_to_us_and_not_missing(
    cache: ManifestCache, counted: Counted, clock: Clock, caplog: pytest.LogCaptureFixture, body: bytes
) -> None:
    """A 404 would be kept, and would say that there is none."""
    write(counted, body)
    for _ in range(100):
        with pytest.raises(StorageUnavailable):
            ask(cache)
        clock.now += PRESET_SECONDS / 50
    assert counted.since() == ["get", "get"]
    assert "the manifest cannot be read" in caplog.text
    assert "the last good one" not in caplog.text
    publish(counted)
    clock.now += PRESET_SECONDS
    assert ask(cache).revision == 3


def test_before_anything_was_published_there_are_no_presets_and_nothing_to_lament(
    cache: ManifestCache, counted: Counted, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(2):
        with pytest.raises(NotFound):
            ask(cache)
        assert not cache.is_fresh
        clock.now += PRESET_SECONDS
    assert caplog.text == ""
    publish(counted)
    clock.now += PRESET_SECONDS
    assert ask(cache).revision == 3


def test_a_preset_of_a_newer_edge_costs_no_other_and_the_log_names_it(
    cache: ManifestCache, counted: Counted, caplog: pytest.LogCaptureFixture
) -> None:
    publish(counted, card=300, poster=900)
    write(counted, counted.get(OBJECT_KEY).body.replace(b"w900", b"w900_later1"))
    assert ask(cache).recipe == Recipe(300)
    with pytest.raises(NotFound):
        ask(cache, "poster")
    assert "cannot read the presets ('poster',)" in caplog.text
