"""What CloudFront sends to the origin, and what a fetch is about."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from edge.storage.objects.directory import DirectoryStore
from infra.local.cloudfront.distribution import CacheBehaviour, CachePolicy, S3Origin, Selection
from infra.local.cloudfront.events import DistributionIdentity
from infra.local.cloudfront.messages import HttpRequest, HttpResponse
from infra.local.cloudfront.origin import OriginBucket
from infra.local.cloudfront.upstream import FunctionInvoker, OriginFetch, Upstream

ORIGIN = S3Origin("images", "us-east-1", "/variants")
METHODS = frozenset({"GET", "HEAD"})
POLICY = CachePolicy(0, 0, 0, headers=Selection("whitelist", frozenset({"accept"})))
BEHAVIOUR = CacheBehaviour(None, ORIGIN, POLICY, METHODS, METHODS)
SENT = (("accept", "image/avif"), ("cookie", "a=b"), ("range", "bytes=0-1"))
FETCH = OriginFetch(HttpRequest("GET", "/a.txt", headers=SENT), "/viewer/a.txt", BEHAVIOUR)


class RecordingBucket(OriginBucket):
    asked: HttpRequest

    def answer(self, request: HttpRequest) -> HttpResponse:
        self.asked = request
        return super().answer(request)


@pytest.fixture
def bucket(tmp_path: Path) -> RecordingBucket:
    return RecordingBucket(DirectoryStore(tmp_path), ORIGIN)


def ask(bucket: RecordingBucket, fetch: OriginFetch, etag: str | None = None) -> HttpResponse:
    upstream = Upstream(DistributionIdentity("E1", "cdn.example"), "", {ORIGIN: bucket}, FunctionInvoker({}))
    return asyncio.run(upstream.ask(fetch, etag))


def test_the_origin_gets_cloudfronts_headers_and_of_the_viewers_only_those_in_the_key(bucket: RecordingBucket) -> None:
    ask(bucket, FETCH, '"1"')
    assert dict(bucket.asked.headers) == {
        "accept": "image/avif",
        "host": "images.s3.us-east-1.amazonaws.com",
        "if-none-match": '"1"',
        "range": "bytes=0-1",
        "user-agent": "Amazon CloudFront",
        "via": "1.1 cdn.example (CloudFront)",
        "x-forwarded-for": "127.0.0.1",
    }


def test_headers_of_the_origin_request_policy_are_sent_too_and_are_not_in_the_key(bucket: RecordingBucket) -> None:
    forwarding = replace(BEHAVIOUR, forwarded=Selection("whitelist", frozenset({"cookie", "absent"})))
    fetch = replace(FETCH, behaviour=forwarding)
    ask(bucket, fetch)
    assert (bucket.asked.header("cookie"), bucket.asked.header("accept")) == ("a=b", "image/avif")
    assert fetch.key == FETCH.key


def test_a_fetch_of_the_complete_object_is_a_get_without_a_range(bucket: RecordingBucket) -> None:
    head = replace(FETCH, request=replace(FETCH.request, method="HEAD"))
    for fetch in (FETCH, head):
        complete = fetch.complete()
        assert (complete.request.method, complete.range, complete.key) == ("GET", None, FETCH.key)
        ask(bucket, complete)
        assert bucket.asked.header("range") is None


def test_the_reply_loses_headers_of_one_connection(bucket: RecordingBucket) -> None:
    assert ask(bucket, FETCH).header("transfer-encoding") is None
