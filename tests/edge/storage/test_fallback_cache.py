"""How often the fallback image is read, and what happens if it cannot be."""

from __future__ import annotations

from typing import Any

import pytest

from edge.contract.manifest import OBJECT_KEY
from edge.storage.objects.directory import DirectoryStore
from edge.storage.objects.store import Object
from tests.edge.clock import Clock
from tests.edge.originals import FALLBACK, FALLBACK_KEY, body_of, code_of, jpeg


def test_the_fallback_is_read_once(publish_fallback: Any, fetch: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    publish_fallback()
    read: list[str] = []
    get = DirectoryStore.get

    def counted(self: DirectoryStore, object_key: str, *arguments: Any) -> Object:
        read.append(object_key)
        return get(self, object_key, *arguments)

    monkeypatch.setattr(DirectoryStore, "get", counted)
    assert [fetch("w300")["status"] for _ in range(3)] == ["404"] * 3
    assert read.count(FALLBACK_KEY) == 1


def test_a_new_fallback_is_shown_after_the_manifest_is_revalidated(
    publish_fallback: Any, fetch: Any, cache_clock: Clock
) -> None:
    publish_fallback()
    assert body_of(fetch("w300")) == FALLBACK
    other = jpeg("white", (80, 60))
    publish_fallback(other, "config/fallback/00000002.96c24d99", revision=2)
    cache_clock.now += 59
    assert body_of(fetch("w300")) == FALLBACK
    cache_clock.now += 1
    assert body_of(fetch("w300")) == other


@pytest.mark.parametrize("fault", ["missing", "damaged", "huge"])
def test_an_unreadable_fallback_is_retried_after_a_minute(
    store: DirectoryStore,
    publish_fallback: Any,
    fetch: Any,
    cache_clock: Clock,
    caplog: pytest.LogCaptureFixture,
    fault: str,
) -> None:
    publish_fallback(FALLBACK)
    manifest = store.get(OBJECT_KEY).body
    if fault == "missing":
        store.delete(FALLBACK_KEY)
    else:
        store.put(
            FALLBACK_KEY, FALLBACK[:-1] if fault == "damaged" else FALLBACK + bytes(100_000), content_type="image/jpeg"
        )
    assert [code_of(fetch("w300")) for _ in range(3)] == ["original_missing"] * 3
    assert [record.name for record in caplog.records if record.levelname == "ERROR"] == ["imagehub.fallback"]
    publish_fallback(FALLBACK)
    assert store.get(OBJECT_KEY).body == manifest
    assert code_of(fetch("w300")) == "original_missing"
    cache_clock.now += 60
    assert body_of(fetch("w300")) == FALLBACK
