"""A store in a directory, and the door over it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from edge import origin_response
from edge.contract.original import OriginalFacts, original_object_key
from edge.contract.variant_key import VariantKey
from edge.storage.objects.directory import DirectoryStore
from edge.storage.objects.location import open_store
from tests.edge.handlers.events import origin_response as event
from tests.edge.handlers.hostile_site import Site, built
from tests.edge.handlers.support import OLD, POLICY


@pytest.fixture
def store(tmp_path: Path) -> DirectoryStore:
    (tmp_path / "store").mkdir()
    found = open_store((tmp_path / "store").as_uri())
    assert isinstance(found, DirectoryStore)
    return found


@pytest.fixture
def put(store: DirectoryStore) -> Callable[..., None]:
    def put(body: bytes, facts: OriginalFacts = OLD, key: str = "a.jpg") -> None:
        store.put(original_object_key(key), body, content_type="image/jpeg", metadata=facts.as_metadata())

    return put


@pytest.fixture
def ask(tmp_path: Path) -> Callable[..., Any]:
    origin_response._responder.cache_clear()

    def ask(
        slug: str, version: str = OLD.version, cls: str = "avif", key: str = "a.jpg", rev: str = POLICY.rev, **how: Any
    ) -> Any:
        uri = VariantKey(key, version, rev, slug, cls).uri
        return origin_response.handler(event(uri, (tmp_path / "store").as_uri(), **how), None)

    return ask


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with built(tmp_path_factory.mktemp("hostile")) as site:
        yield site
