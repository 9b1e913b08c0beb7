"""The origin's side: what the bucket answers, after origin-response."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace

from infra.local.cloudfront import events, log, replies, rules
from infra.local.cloudfront.cache_key import cache_key, forwarded_headers, uri_in_key
from infra.local.cloudfront.distribution import Behaviour, Function, S3Origin
from infra.local.cloudfront.faults import FaultError, rules_hold
from infra.local.cloudfront.functions import ExecutionError, Runner
from infra.local.cloudfront.messages import Headers, Request, Response
from infra.local.cloudfront.origin import Bucket


@dataclass(frozen=True, slots=True)
class Fetch:
    """One question to the origin: the request after viewer-request, and the path before it."""

    request: Request
    viewer_uri: str
    behaviour: Behaviour
    whole: bool = False

    @property
    def key(self) -> str:
        return cache_key(self.request, self.behaviour.cache)

    @property
    def uri(self) -> str:
        """What invalidations are compared with."""
        return uri_in_key(self.request, self.behaviour.cache)

    @property
    def range(self) -> str | None:
        return self.request.header("range") if self.request.method == "GET" and not self.whole else None

    def of_all(self) -> Fetch:
        """The same for the whole object, body and all: what can be kept."""
        method = "GET" if self.request.method == "HEAD" else self.request.method
        return replace(self, request=replace(self.request, method=method), whole=True)


class Functions:
    """Calls the functions of a distribution."""

    def __init__(self, runners: Mapping[Function, Runner]) -> None:
        self._runners = runners

    async def invoke(self, function: Function, event: events.Event) -> object:
        """What the handler returned. Raises `FaultError` where it failed."""
        try:
            return await self._runners[function].invoke(event)
        except ExecutionError as error:
            log.function_failed(function.name, str(error))
            raise FaultError(503, "The Lambda function returned an error.", "LambdaExecutionError") from error


class Upstream:
    """``store`` is the location that handlers are told; ``buckets`` answer for the origins."""

    def __init__(
        self, identity: events.Identity, store: str, buckets: Mapping[S3Origin, Bucket], functions: Functions
    ) -> None:
        self._identity = identity
        self._store = store
        self._buckets = buckets
        self._functions = functions

    async def ask(self, fetch: Fetch, etag: str | None = None) -> Response:
        """The origin's answer after origin-response, which runs for every status, 304 and errors too."""
        behaviour = fetch.behaviour
        request = replace(fetch.request, headers=self._headers(fetch, etag))
        response = await asyncio.to_thread(self._buckets[behaviour.origin].answer, request)
        if behaviour.origin_response is None:
            return replies.storable(response, request.method)
        response = response.with_headers([("via", self._via)])  # Origin Shield's
        event = events.origin_response(self._identity, behaviour.origin, self._store, request, response)
        result = await self._functions.invoke(behaviour.origin_response, event)
        with rules_hold(behaviour.origin_response):
            return replies.storable(rules.read_origin_response(result, response), request.method)

    @property
    def _via(self) -> str:
        return f"1.1 {self._identity.domain} (CloudFront)"

    def _headers(self, fetch: Fetch, etag: str | None) -> Headers:
        headers = {
            "x-forwarded-for": fetch.request.client_ip,
            "user-agent": "Amazon CloudFront",
            "via": self._via,
            "host": fetch.behaviour.origin.domain,
            "range": fetch.range,
            "if-none-match": etag,
        }
        own = tuple((name, value) for name, value in headers.items() if value is not None)
        return (*own, *forwarded_headers(fetch.request, fetch.behaviour.cache))
