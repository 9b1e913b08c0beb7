"""The S3 origin: which objects a path names, and what its replies contain."""

from __future__ import annotations

from pathlib import Path

import pytest

from edge.storage.errors import StorageUnavailable
from edge.storage.objects.directory import DirectoryStore
from edge.storage.objects.store import Condition, Object
from infra.local.cloudfront.distribution import S3Origin
from infra.local.cloudfront.messages import HttpRequest, HttpResponse
from infra.local.cloudfront.origin import OriginBucket

ORIGIN = S3Origin("images", "us-east-1", "/variants")


@pytest.fixture
def store(tmp_path: Path) -> DirectoryStore:
    return DirectoryStore(tmp_path)


def ask(store: DirectoryStore, uri: str, method: str = "GET", **headers: str) -> HttpResponse:
    pairs = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return OriginBucket(store, ORIGIN).answer(HttpRequest(method, uri, headers=pairs))


@pytest.mark.parametrize(
    ("uri", "status"),
    [("/a%zz.txt", 400), ("/%FF", 400), ("/../a", 403), ("/a%00", 403), ("/" + "x" * 300, 403), ("/", 403)],
)
def test_a_path_that_names_no_object_is_refused_as_s3_does(store: DirectoryStore, uri: str, status: int) -> None:
    assert ask(store, uri).status == status


def test_s3_reads_a_plus_as_a_space(store: DirectoryStore) -> None:
    store.put("variants/a b.txt", b"space", content_type="text/plain")
    store.put("variants/a+b.txt", b"plus", content_type="text/plain")
    assert ask(store, "/a+b.txt").body == b"space"
    assert ask(store, "/a%2Bb.txt").body == b"plus"


def test_a_reply_contains_the_objects_metadata(store: DirectoryStore) -> None:
    store.put("variants/a.txt", b"one", content_type="text/plain", metadata={"cache-tag": "x,y"})
    response = ask(store, "/a.txt")
    assert response.header("content-type") == "text/plain"
    assert response.header("x-amz-meta-cache-tag") == "x,y"
    assert response.header("server") == "AmazonS3"
    assert (response.header("etag") or "").startswith('"')
    assert (response.header("last-modified") or "").endswith(" GMT")


def test_head_has_the_headers_of_get_without_a_body(store: DirectoryStore) -> None:
    store.put("variants/a.txt", b"one", content_type="text/plain")
    response = ask(store, "/a.txt", "HEAD")
    assert (response.status, response.body, response.header("content-length")) == (200, b"", "3")


def test_a_range_and_an_unsatisfiable_range(store: DirectoryStore) -> None:
    store.put("variants/a.txt", b"0123456789", content_type="text/plain")
    assert ask(store, "/a.txt", range="bytes=2-4").body == b"234"
    beyond = ask(store, "/a.txt", range="bytes=10-")
    assert (beyond.status, b"<Code>InvalidRange</Code>" in beyond.body) == (416, True)


def test_the_bucket_policy_allows_get_and_head_only(store: DirectoryStore) -> None:
    assert ask(store, "/a.txt", "PUT").status == 403


def test_a_missing_object_is_a_403_since_cloudfront_may_not_list_the_bucket(store: DirectoryStore) -> None:
    response = ask(store, "/missing.txt")
    assert (response.status, response.header("transfer-encoding")) == (403, "chunked")
    assert b"<Code>AccessDenied</Code>" in response.body


class UnavailableStore(DirectoryStore):
    def get(self, key: str, max_bytes: int | None = None, condition: Condition | None = None) -> Object:
        raise StorageUnavailable("unavailable")


def test_unavailable_storage_is_a_503(tmp_path: Path) -> None:
    assert ask(UnavailableStore(tmp_path), "/a.txt").status == 503
