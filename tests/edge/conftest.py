"""A store in a directory, and the origin-response handler in front of it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from edge import origin_response
from edge.contract.manifest import OBJECT_KEY, Manifest, PublishedFallback
from edge.contract.original import OriginalFacts, original_object_key
from edge.contract.variant_key import VariantKey
from edge.rendering import open_responder
from edge.storage.fallback_cache import FallbackCache
from edge.storage.manifest_cache import ManifestCache
from edge.storage.objects.directory import DirectoryStore
from edge.storage.objects.location import open_store
from tests.edge.clock import Clock
from tests.edge.events import origin_response as event
from tests.edge.originals import FALLBACK, FALLBACK_KEY, OLD, POLICY


@pytest.fixture
def store(tmp_path: Path) -> DirectoryStore:
    (tmp_path / "store").mkdir()
    opened = open_store((tmp_path / "store").as_uri())
    assert isinstance(opened, DirectoryStore)
    return opened


@pytest.fixture
def put_original(store: DirectoryStore) -> Callable[..., None]:
    def put_original(body: bytes, facts: OriginalFacts = OLD, key: str = "a.jpg") -> None:
        store.put(original_object_key(key), body, content_type="image/jpeg", metadata=facts.as_metadata())

    return put_original


@pytest.fixture
def fetch(tmp_path: Path) -> Callable[..., Any]:
    """The handler's reply for a variant that S3 does not have."""
    open_responder.open_responder.cache_clear()

    def fetch(
        slug: str,
        version: str = OLD.version,
        format_class: str = "avif",
        key: str = "a.jpg",
        rev: str = POLICY.rev,
        **options: Any,
    ) -> Any:
        uri = VariantKey(key, version, rev, slug, format_class).uri
        return origin_response.handler(event(uri, (tmp_path / "store").as_uri(), **options), None)

    return fetch


@pytest.fixture
def publish_fallback(store: DirectoryStore) -> Callable[..., None]:
    """Store a fallback image and publish it."""

    def publish_fallback(body: bytes = FALLBACK, object_key: str = FALLBACK_KEY, revision: int = 1) -> None:
        store.put(object_key, body, content_type="image/jpeg")
        fallback = PublishedFallback(object_key, "image/jpeg", hashlib.sha256(body).hexdigest())
        store.put(OBJECT_KEY, Manifest(revision, {}, fallback).as_json(), content_type="application/json")

    return publish_fallback


@pytest.fixture
def cache_clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock of the handler's caches."""
    clock = Clock()
    monkeypatch.setattr(open_responder, "ManifestCache", partial(ManifestCache, clock=clock))
    monkeypatch.setattr(open_responder, "FallbackCache", partial(FallbackCache, clock=clock))
    return clock
