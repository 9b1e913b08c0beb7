"""The cache and the origin together over time: a clock set by hand, a real directory, no functions."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from edge.storage.errors import StorageUnavailable
from edge.storage.objects.directory import DirectoryStore
from edge.storage.objects.store import Condition, Object
from infra.local.cloudfront.cache_lookup import CacheLookup
from infra.local.cloudfront.disk_cache import DiskCache
from infra.local.cloudfront.distribution import CacheBehaviour, CachePolicy, Distribution, S3Origin
from infra.local.cloudfront.edge_reply import EdgeReply
from infra.local.cloudfront.events import DistributionIdentity
from infra.local.cloudfront.invalidation_batch import InvalidationBatch
from infra.local.cloudfront.invalidation_store import InvalidationStore
from infra.local.cloudfront.messages import HttpRequest
from infra.local.cloudfront.origin import OriginBucket
from infra.local.cloudfront.upstream import FunctionInvoker, OriginFetch, Upstream

ORIGIN = S3Origin("pictures", "us-east-1", "/variants")
METHODS = frozenset({"GET", "HEAD"})
BEHAVIOUR = CacheBehaviour(None, ORIGIN, CachePolicy(0, 60, 3600), METHODS, METHODS)


class Lookup:
    """A cache lookup in front of a store that can become unavailable."""

    def __init__(self, folder: Path, error_ttl: int = 0, tag_header: str | None = "x-amz-meta-cache-tag") -> None:
        folder.joinpath("objects").mkdir()
        self.store = FlakyStore(folder / "objects")
        self.invalidations = InvalidationStore(folder / "invalidations.jsonl")
        self.now = 1_800_000_000.0
        upstream = Upstream(
            DistributionIdentity("E1", "cdn"), "", {ORIGIN: OriginBucket(self.store, ORIGIN)}, FunctionInvoker({})
        )
        distribution = Distribution((BEHAVIOUR,), {503: error_ttl, 403: error_ttl}, tag_header)
        cache = DiskCache(folder / "cache")
        self.cache_lookup = CacheLookup(distribution, upstream, cache, self.invalidations, clock=lambda: self.now)

    def put(self, body: bytes, cache_control: str = "max-age=100") -> None:
        self.store.put("variants/a.txt", body, content_type="text/plain", cache_control=cache_control)

    def get(self, uri: str = "/a.txt", **changes: str) -> EdgeReply:
        request = replace(HttpRequest("GET", uri), **changes)  # type: ignore[arg-type] # fields that are strings
        return asyncio.run(self.cache_lookup.get(OriginFetch(request, uri, BEHAVIOUR)))

    def invalidate(self, path: str) -> None:
        self.invalidations.create(InvalidationBatch(path, (path,)), self.cache_lookup.invalidate)


class FlakyStore(DirectoryStore):
    unavailable = False
    reads = 0

    def get(self, key: str, max_bytes: int | None = None, wanted: Condition | None = None) -> Object:
        self.reads += 1
        if self.unavailable:
            raise StorageUnavailable("unavailable")
        return super().get(key, max_bytes)


@pytest.fixture
def lookup(tmp_path: Path) -> Lookup:
    return Lookup(tmp_path)


def test_a_reply_is_fresh_for_its_max_age_and_then_revalidated(lookup: Lookup) -> None:
    lookup.put(b"one")
    assert lookup.get().x_cache == "Miss"
    lookup.now += 99
    assert (lookup.get().x_cache, lookup.get().age) == ("Hit", 99)
    lookup.now += 1
    assert lookup.get().x_cache == "RefreshHit"
    assert lookup.get().age == 0
    assert lookup.store.reads == 2


def test_a_changed_object_replaces_the_expired_copy(lookup: Lookup) -> None:
    lookup.put(b"one")
    lookup.get()
    lookup.put(b"two")
    assert lookup.get().response.body == b"one"
    lookup.now += 100
    assert (lookup.get().response.body, lookup.get().x_cache) == (b"two", "Hit")


def test_an_expired_copy_of_a_deleted_object_is_removed(lookup: Lookup) -> None:
    lookup.put(b"one")
    lookup.get()
    lookup.store.delete("variants/a.txt")
    lookup.now += 100
    assert [lookup.get().response.status, lookup.get().response.status] == [403, 403]


def test_an_expired_copy_is_served_while_the_origin_fails(tmp_path: Path) -> None:
    lookup = Lookup(tmp_path, error_ttl=30)
    lookup.put(b"one")
    lookup.get()
    lookup.now += 100
    lookup.store.unavailable = True
    assert (lookup.get().response.body, lookup.get().age) == (b"one", 100)
    assert lookup.store.reads == 2
    lookup.now += 30
    lookup.store.unavailable = False
    assert lookup.get().x_cache == "RefreshHit"


def test_a_copy_that_must_be_revalidated_is_not_served_stale(lookup: Lookup) -> None:
    lookup.put(b"one", "max-age=100, must-revalidate")
    lookup.get()
    lookup.now += 100
    lookup.store.unavailable = True
    assert (lookup.get().response.status, lookup.get().x_cache) == (503, "Error")
    lookup.store.unavailable = False
    assert lookup.get().response.body == b"one"


def test_an_origin_error_is_not_cached_with_an_error_ttl_of_0(lookup: Lookup) -> None:
    lookup.store.unavailable = True
    assert lookup.get().response.status == 503
    lookup.store.unavailable = False
    lookup.put(b"one")
    assert lookup.get().response.body == b"one"


def test_head_of_an_expired_copy_revalidates_the_complete_object(lookup: Lookup) -> None:
    lookup.put(b"one")
    lookup.get()
    lookup.now += 100
    assert lookup.get(method="HEAD").x_cache == "RefreshHit"
    assert lookup.get().response.body == b"one"


def test_an_invalidated_copy_is_fetched_again(lookup: Lookup) -> None:
    lookup.put(b"one")
    lookup.get()
    lookup.put(b"two")
    lookup.invalidate("/a.txt")
    assert (lookup.get().response.body, lookup.get().x_cache) == (b"two", "Hit")


def test_a_cache_that_cannot_be_written_costs_hits_but_no_replies(
    lookup: Lookup, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lookup.put(b"one")
    tmp_path.joinpath("cache").rmdir()
    tmp_path.joinpath("cache").write_text("in the way")
    assert [lookup.get().response.body, lookup.get().response.body] == [b"one", b"one"]
    assert "cloudfront cache=" in capsys.readouterr().err


@pytest.mark.parametrize(("tag_header", "x_cache"), [("x-amz-meta-cache-tag", "Miss"), (None, "Hit")])
def test_an_invalidation_by_tag_does_nothing_without_cache_tag_config(
    tmp_path: Path, tag_header: str | None, x_cache: str
) -> None:
    lookup = Lookup(tmp_path, tag_header=tag_header)
    lookup.store.put("variants/a.txt", b"one", content_type="text/plain", metadata={"cache-tag": "x,y"})
    lookup.get()
    lookup.invalidate("#Y")
    assert lookup.get().x_cache == x_cache


@pytest.mark.parametrize("uri", ["/a%2Etxt", "/%61.txt"])
def test_each_spelling_of_a_path_has_an_entry_of_its_own(lookup: Lookup, uri: str) -> None:
    lookup.put(b"one")
    lookup.get()
    assert (lookup.get(uri).response.body, lookup.get(uri).x_cache) == (b"one", "Hit")
    assert lookup.store.reads == 2
