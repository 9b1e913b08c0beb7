"""The way to the origin: the bucket's answer, after the origin-response function."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace

from infra.local.cloudfront import events, function_results, function_url_origin, log, replies
from infra.local.cloudfront.cache_key import cache_key, selected_headers, uri_in_key
from infra.local.cloudfront.distribution import CacheBehaviour, OriginGroup, S3Origin, SingleOrigin, ViewerFunction
from infra.local.cloudfront.errors import broken_rules_are_502, failed
from infra.local.cloudfront.function_runner import ExecutionError, FunctionRunner
from infra.local.cloudfront.messages import Headers, HttpRequest, HttpResponse
from infra.local.cloudfront.origin import OriginBucket

_FAILOVER_METHODS = ("GET", "HEAD", "OPTIONS")


@dataclass(frozen=True, slots=True)
class OriginFetch:
    """A question to the origin: the request after viewer-request, and the path before it."""

    request: HttpRequest
    viewer_uri: str
    behaviour: CacheBehaviour
    ignores_range: bool = False

    @property
    def key(self) -> str:
        return cache_key(self.request, self.behaviour.cache)

    @property
    def uri(self) -> str:
        """The path that invalidations are compared with."""
        return uri_in_key(self.request, self.behaviour.cache)

    @property
    def range(self) -> str | None:
        return self.request.header("range") if self.request.method == "GET" and not self.ignores_range else None

    def complete(self) -> OriginFetch:
        """Return the fetch of the whole object with its body: a reply that can be cached."""
        method = "GET" if self.request.method == "HEAD" else self.request.method
        return replace(self, request=replace(self.request, method=method), ignores_range=True)


class FunctionInvoker:
    """Calls the functions of a distribution."""

    def __init__(self, runners: Mapping[ViewerFunction, FunctionRunner]) -> None:
        self._runners = runners

    def runner(self, function: ViewerFunction) -> FunctionRunner:
        return self._runners[function]

    async def invoke(self, function: ViewerFunction, event: events.Event) -> object:
        """Return what the handler returned. Raises `CloudFrontError` if it failed."""
        try:
            return await self._runners[function].invoke(event)
        except ExecutionError as error:
            log.function_failed(function.name, str(error))
            raise failed(function) from error


class Upstream:
    """``store`` is the location that handlers are told; ``buckets`` answer for the origins."""

    def __init__(
        self,
        identity: events.DistributionIdentity,
        store: str,
        buckets: Mapping[S3Origin, OriginBucket],
        functions: FunctionInvoker,
    ) -> None:
        self._identity = identity
        self._store = store
        self._buckets = buckets
        self._functions = functions

    async def ask(self, fetch: OriginFetch, etag: str | None = None) -> HttpResponse:
        """Return the answer of the origin, or of an origin group. Raises `CloudFrontError`."""
        group = fetch.behaviour.origin
        if not isinstance(group, OriginGroup):
            return await self._ask(fetch, group, etag)
        response = await self._ask(fetch, group.primary, etag)
        # The second origin gets the same request, with its range and its condition:
        # https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/high_availability_origin_failover.html
        if response.status in group.statuses and fetch.request.method in _FAILOVER_METHODS:
            return await self._ask(fetch, group.secondary, etag)
        return response

    async def _ask(self, fetch: OriginFetch, origin: SingleOrigin, etag: str | None) -> HttpResponse:
        """Return the origin's answer after origin-response, which runs for every status, 304 and errors too."""
        behaviour = fetch.behaviour
        request = replace(fetch.request, headers=self._headers(fetch, origin, etag))
        if not isinstance(origin, S3Origin):
            answer = await function_url_origin.ask(origin, self._functions.runner(origin.function), request)
            return replies.storable(answer, request.method)
        # In a thread: the store blocks on the disk or the network, and other viewers must not wait.
        response = await asyncio.to_thread(self._buckets[origin].answer, request)
        if behaviour.origin_response is None:
            return replies.storable(response, request.method)
        response = response.with_headers([("via", self._via)])  # Origin Shield adds its own
        event = events.origin_response(self._identity, origin, self._store, request, response)
        result = await self._functions.invoke(behaviour.origin_response, event)
        with broken_rules_are_502(behaviour.origin_response):
            return replies.storable(function_results.read_origin_response(result, response), request.method)

    @property
    def _via(self) -> str:
        return f"1.1 {self._identity.domain} (CloudFront)"

    def _headers(self, fetch: OriginFetch, origin: SingleOrigin, etag: str | None) -> Headers:
        headers = {
            "x-forwarded-for": fetch.request.client_ip,
            "user-agent": "Amazon CloudFront",
            "via": self._via,
            "host": origin.domain,
            "range": fetch.range,
            "if-none-match": etag,
        }
        own = tuple((name, value) for name, value in headers.items() if value is not None)
        return (*own, *selected_headers(fetch.request, fetch.behaviour.cache.headers, fetch.behaviour.forwarded))
