"""The fallback picture at the origin-response door: in which errors' bodies it stands, and when it does not."""

from __future__ import annotations

import hashlib
import json
from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from edge import origin_response
from edge.contract.manifest import OBJECT_KEY, Manifest, PublishedFallback
from edge.rendering import variant_service
from edge.storage.fallback_cache import FallbackCache
from edge.storage.manifest_cache import ManifestCache
from edge.storage.objects.directory import DirectoryStore
from edge.storage.objects.store import Object
from tests.edge.handlers.events import origin_response as event
from tests.edge.handlers.events import value
from tests.edge.handlers.support import picture

KEY = "config/fallback/1f2e3d4c.96c24d99"
BODY = picture("grey", (80, 60))
OTHER = picture("white", (80, 60))


@pytest.fixture
def name(store: DirectoryStore) -> Callable[..., None]:
    """Put a fallback picture into the store, and name it in the manifest."""

    def name(body: bytes = BODY, key: str = KEY, sha256: str | None = None, revision: int = 1) -> None:
        store.put(key, body, content_type="image/jpeg")
        fallback = PublishedFallback(key, "image/jpeg", sha256 or hashlib.sha256(body).hexdigest())
        store.put(OBJECT_KEY, Manifest(revision, {}, fallback).as_json(), content_type="application/json")

    return name


@dataclass
class Clock:
    """The time that the caches go by."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(origin_response, "ManifestCache", partial(ManifestCache, clock=clock))
    monkeypatch.setattr(origin_response, "FallbackCache", partial(FallbackCache, clock=clock))
    return clock


def shown(response: Any) -> bytes:
    return b64decode(response["body"])


def code(response: Any) -> Any:
    return json.loads(response["body"])["code"]


def test_it_takes_the_place_of_the_body_and_of_nothing_else(name: Any, ask: Any) -> None:
    name()
    response = ask("w300")
    assert (response["status"], shown(response)) == ("404", BODY)
    assert value(response, "content-type") == "image/jpeg"
    assert value(response, "cache-control") == "max-age=10"
    assert value(response, "x-imagehub-error") == "original_missing"
    assert value(response, "x-content-type-options") == "nosniff"
    assert {"transfer-encoding", "via"} <= set(response["headers"])


def test_it_stands_for_an_unknown_preset_and_for_a_damaged_original(name: Any, put: Any, ask: Any) -> None:
    name()
    put(b"%PDF-1.7 nothing")
    for slug, status, error in (("w300", "415", "source_unsupported"), ("p.card", "404", "preset_unknown")):
        response = ask(slug)
        assert (response["status"], value(response, "x-imagehub-error"), shown(response)) == (status, error, BODY)


def test_head_has_its_type_and_no_body(name: Any, ask: Any) -> None:
    name()
    response = ask("w300", method="HEAD")
    assert (response["status"], value(response, "content-type")) == ("404", "image/jpeg")
    assert "body" not in response
    assert value(response, "cache-control") == "no-store"


def test_a_url_that_is_wrong_gets_words(name: Any, ask: Any) -> None:
    name()
    assert code(ask("w9999")) == "parameter_invalid"


def test_it_is_read_once(name: Any, ask: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    name()
    read: list[str] = []
    get = DirectoryStore.get

    def counted(self: DirectoryStore, key: str, *how: Any) -> Object:
        read.append(key)
        return get(self, key, *how)

    monkeypatch.setattr(DirectoryStore, "get", counted)
    assert [ask("w300")["status"] for _ in range(3)] == ["404"] * 3
    assert read.count(KEY) == 1


def test_another_one_is_shown_when_the_manifest_is_looked_at_again(name: Any, ask: Any, clock: Clock) -> None:
    name()
    assert shown(ask("w300")) == BODY
    name(OTHER, "config/fallback/00000002.96c24d99", revision=2)
    clock.now = 59
    assert shown(ask("w300")) == BODY
    clock.now = 60
    assert shown(ask("w300")) == OTHER


@pytest.mark.parametrize("how", ["missing", "damaged", "huge"])
def test_without_it_there_is_json_and_it_is_looked_for_again_in_a_minute(
    store: DirectoryStore, name: Any, ask: Any, clock: Clock, caplog: pytest.LogCaptureFixture, how: str
) -> None:
    name(BODY)
    good = store.get(OBJECT_KEY).body
    if how == "missing":
        store.delete(KEY)
    else:
        store.put(KEY, BODY[:-1] if how == "damaged" else BODY + bytes(100_000), content_type="image/jpeg")
    assert [code(ask("w300")) for _ in range(3)] == ["original_missing"] * 3
    assert [record.name for record in caplog.records] == ["imagehub.fallback"]
    name(BODY)
    assert store.get(OBJECT_KEY).body == good
    assert code(ask("w300")) == "original_missing"
    clock.now = 60
    assert shown(ask("w300")) == BODY


def test_our_own_fault_shows_it_only_where_it_is_in_memory(
    name: Any, put: Any, ask: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    name()
    put(picture())
    monkeypatch.setattr(variant_service, "render", lambda *_, **__: 1 / 0)
    assert code(ask("w300")) == "internal"
    ask("w300", key="none.jpg")
    response = ask("w300")
    assert (response["status"], shown(response)) == ("500", BODY)
    assert value(response, "cache-control") == "no-store"


def test_our_own_fault_does_not_bring_back_one_that_was_taken_away(
    store: DirectoryStore, name: Any, put: Any, ask: Any, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    name()
    put(picture())
    ask("w300", key="none.jpg")
    store.put(OBJECT_KEY, Manifest(2).as_json(), content_type="application/json")
    clock.now = 60
    monkeypatch.setattr(variant_service, "render", lambda *_, **__: 1 / 0)
    assert code(ask("w300")) == "internal"


def test_a_store_that_is_away_is_not_asked_for_it(name: Any, put: Any, ask: Any, tmp_path: Path) -> None:
    name()
    put(picture())
    ask("w300", key="none.jpg")
    (tmp_path / "store").rename(tmp_path / "away")
    response = ask("w300")
    assert (response["status"], value(response, "x-imagehub-error")) == ("503", "store_unavailable")
    assert (shown(response), value(response, "cache-control")) == (BODY, "no-store")


def test_an_event_without_a_store_is_answered_all_the_same(name: Any, ask: Any) -> None:
    broken = event("/a.jpg/any.11111111/w300.avif", "nowhere://")
    response = origin_response.handler(broken, None)
    assert (response["status"], code(response)) == ("500", "internal")
