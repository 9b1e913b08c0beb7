"""The cache and the origin together, over time: a clock that is set by hand, a real directory, no functions."""

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
from infra.local.cloudfront.distribution import CacheBehaviour, CacheKeySelection, CachePolicy, Distribution, S3Origin
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


class Site:
    """A store that can go away, and a shelf before it."""

    def __init__(self, folder: Path, error_ttl: int = 0, tag_header: str | None = "x-amz-meta-cache-tag") -> None:
        folder.joinpath("objects").mkdir()
        self.store = Flaky(folder / "objects")
        self.ledger = InvalidationStore(folder / "ledger.jsonl")
        self.now = 1_800_000_000.0
        upstream = Upstream(
            DistributionIdentity("E1", "cdn"), "", {ORIGIN: OriginBucket(self.store, ORIGIN)}, FunctionInvoker({})
        )
        distribution = Distribution((BEHAVIOUR,), {503: error_ttl, 403: error_ttl}, tag_header)
        cache = DiskCache(folder / "cache")
        self.shelf = CacheLookup(distribution, upstream, cache, self.ledger, clock=lambda: self.now)

    def put(self, body: bytes, cache_control: str = "max-age=100") -> None:
        self.store.put("variants/a.txt", body, content_type="text/plain", cache_control=cache_control)

    def get(self, uri: str = "/a.txt", **changes: str) -> EdgeReply:
        request = replace(HttpRequest("GET", uri), **changes)  # type: ignore[arg-type] # fields that are strings
        return asyncio.run(self.shelf.get(OriginFetch(request, uri, BEHAVIOUR)))

    def invalidate(self, path: str) -> None:
        self.ledger.create(InvalidationBatch(path, (path,)), self.shelf.invalidate)


class Flaky(DirectoryStore):
    away = False
    reads = 0

    def get(self, key: str, max_bytes: int | None = None, wanted: Condition | None = None) -> Object:
        self.reads += 1
        if self.away:
            raise StorageUnavailable("away")
        return super().get(key, max_bytes)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


def test_a_reply_is_fresh_for_its_max_age_and_then_revalidated(site: Site) -> None:
    site.put(b"one")
    assert site.get().x_cache == "Miss"
    site.now += 99
    assert (site.get().x_cache, site.get().age) == ("Hit", 99)
    site.now += 1
    assert site.get().x_cache == "RefreshHit"
    assert site.get().age == 0
    assert site.store.reads == 2


def test_what_has_changed_at_the_origin_replaces_the_expired_copy(site: Site) -> None:
    site.put(b"one")
    site.get()
    site.put(b"two")
    assert site.get().response.body == b"one"
    site.now += 100
    assert (site.get().response.body, site.get().x_cache) == (b"two", "Hit")


def test_an_expired_copy_that_is_gone_at_the_origin_is_gone_here(site: Site) -> None:
    site.put(b"one")
    site.get()
    site.store.delete("variants/a.txt")
    site.now += 100
    assert [site.get().response.status, site.get().response.status] == [403, 403]


def test_an_expired_copy_stands_in_while_the_origin_fails(tmp_path: Path) -> None:
    site = Site(tmp_path, error_ttl=30)
    site.put(b"one")
    site.get()
    site.now += 100
    site.store.away = True
    assert (site.get().response.body, site.get().age) == (b"one", 100)
    assert site.store.reads == 2
    site.now += 30
    site.store.away = False
    assert site.get().x_cache == "RefreshHit"


def test_a_copy_that_must_be_revalidated_does_not_stand_in(site: Site) -> None:
    site.put(b"one", "max-age=100, must-revalidate")
    site.get()
    site.now += 100
    site.store.away = True
    assert (site.get().response.status, site.get().x_cache) == (503, "Error")
    site.store.away = False
    assert site.get().response.body == b"one"


def test_a_failing_origin_is_not_kept_with_an_error_ttl_of_0(site: Site) -> None:
    site.store.away = True
    assert site.get().response.status == 503
    site.store.away = False
    site.put(b"one")
    assert site.get().response.body == b"one"


def test_a_head_of_an_expired_copy_revalidates_all_of_it(site: Site) -> None:
    site.put(b"one")
    site.get()
    site.now += 100
    assert site.get(method="HEAD").x_cache == "RefreshHit"
    assert site.get().response.body == b"one"


def test_an_invalidated_copy_is_asked_for_anew(site: Site) -> None:
    site.put(b"one")
    site.get()
    site.put(b"two")
    site.invalidate("/a.txt")
    assert (site.get().response.body, site.get().x_cache) == (b"two", "Hit")


def test_a_cache_that_cannot_be_written_costs_hits_and_not_replies(
    site: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site.put(b"one")
    tmp_path.joinpath("cache").rmdir()
    tmp_path.joinpath("cache").write_text("in the way")
    assert [site.get().response.body, site.get().response.body] == [b"one", b"one"]
    assert "cloudfront cache=" in capsys.readouterr().err


@pytest.mark.parametrize(("tag_header", "x_cache"), [("x-amz-meta-cache-tag", "Miss"), (None, "Hit")])
def test_an_invalidation_by_tag_does_nothing_without_cache_tag_config(
    tmp_path: Path, tag_header: str | None, x_cache: str
) -> None:
    site = Site(tmp_path, tag_header=tag_header)
    site.store.put("variants/a.txt", b"one", content_type="text/plain", metadata={"cache-tag": "x,y"})
    site.get()
    site.invalidate("#Y")
    assert site.get().x_cache == x_cache


@pytest.mark.parametrize("uri", ["/a%2Etxt", "/%61.txt"])
def test_each_spelling_of_a_path_is_an_entry_of_its_own(site: Site, uri: str) -> None:
    site.put(b"one")
    site.get()
    assert (site.get(uri).response.body, site.get(uri).x_cache) == (b"one", "Hit")
    assert site.store.reads == 2


@pytest.mark.parametrize(
    ("uri", "status"),
    [("/a%zz.txt", 400), ("/%FF", 400), ("/../a", 403), ("/a%00", 403), ("/" + "x" * 300, 403), ("/", 403)],
)
def test_paths_that_no_bucket_holds(site: Site, uri: str, status: int) -> None:
    assert site.get(uri).response.status == status


def test_s3_reads_a_plus_as_a_space(site: Site) -> None:
    site.store.put("variants/a b.txt", b"space", content_type="text/plain")
    site.store.put("variants/a+b.txt", b"plus", content_type="text/plain")
    assert site.get("/a+b.txt").response.body == b"space"
    assert site.get("/a%2Bb.txt").response.body == b"plus"


def test_an_object_comes_with_its_facts(site: Site) -> None:
    site.store.put("variants/a.txt", b"one", content_type="text/plain", metadata={"cache-tag": "x,y"})
    response = site.get().response
    assert response.header("content-type") == "text/plain"
    assert response.header("x-amz-meta-cache-tag") == "x,y"
    assert response.header("server") == "AmazonS3"
    assert (response.header("etag") or "").startswith('"')
    assert (response.header("last-modified") or "").endswith(" GMT")


def test_the_cache_policy_chooses_what_is_in_the_key() -> None:
    headers, query = (
        CacheKeySelection("whitelist", frozenset({"accept"})),
        CacheKeySelection("allExcept", frozenset({"x"})),
    )
    policy = CachePolicy(0, 0, 0, headers, query)
    fetch = OriginFetch(HttpRequest("HEAD", "/a", "w=1&x=2"), "/a", replace(BEHAVIOUR, cache=policy))
    assert fetch.uri == "/a?w=1"
    sent = (("accept", "image/avif"), ("host", "x"))
    asked = replace(fetch, request=replace(fetch.request, headers=sent))
    assert asked.key == "GET\n/a?w=1\naccept: image/avif"
