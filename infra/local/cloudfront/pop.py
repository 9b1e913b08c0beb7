"""One edge location: a viewer's request through viewer-request, the cache, the origin and origin-response."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from infra.local.cloudfront import events, freshness, log, replies, rules
from infra.local.cloudfront.cache import DiskCache, Entry
from infra.local.cloudfront.cache_key import cache_key, forwarded_headers, uri_in_key
from infra.local.cloudfront.collapse import Collapse
from infra.local.cloudfront.conditional import for_viewer
from infra.local.cloudfront.distribution import Behaviour, Distribution, Function, S3Origin
from infra.local.cloudfront.functions import ExecutionError, Runner
from infra.local.cloudfront.invalidation import Invalidation, Ledger, parse_tags
from infra.local.cloudfront.messages import Headers, Request, Response
from infra.local.cloudfront.origin import Bucket

#: All that a distribution can be set to take; for others CloudFront answers 405.
#: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehaviorCustomOrigin.html
_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE"})


@dataclass(frozen=True, slots=True)
class Outcome:
    """A whole reply, before it is cut to what the viewer asked for."""

    response: Response
    x_cache: str
    age: int | None = None


class FaultError(Exception):
    """CloudFront answers itself: a function broke a rule, or the request is not one it takes."""

    def __init__(self, status: int, message: str, x_cache: str = "Error") -> None:
        super().__init__(message)
        self.status = status
        self.x_cache = x_cache

    @property
    def outcome(self) -> Outcome:
        return Outcome(replies.explain(self.status, str(self)), self.x_cache)


class Pop:
    """``store`` is the location that handlers are told, ``buckets`` the origins behind each behaviour."""

    def __init__(
        self,
        distribution: Distribution,
        identity: events.Identity,
        store: str,
        buckets: Mapping[S3Origin, Bucket],
        runners: Mapping[Function, Runner],
        cache: DiskCache,
        ledger: Ledger,
        *,
        collapsing: bool = True,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._distribution = distribution
        self._identity = identity
        self._store = store
        self._buckets = buckets
        self._runners = runners
        self._cache = cache
        self._ledger = ledger
        self._collapse: Collapse[Outcome] = Collapse(enabled=collapsing)
        self._clock = clock

    async def answer(self, request: Request, *, has_body: bool = False) -> Response:
        """The reply to a viewer."""
        behaviour = self._distribution.behaviour(request.uri)
        try:
            _check(request, behaviour, has_body)
            outcome = await self._behind_viewer_request(request, behaviour)
        except FaultError as fault:
            outcome = fault.outcome
        response = for_viewer(request, outcome.response)
        domain = self._identity.domain
        return replies.finish(response, request, behaviour.response_headers, outcome.x_cache, outcome.age, domain)

    def invalidate(self, invalidation: Invalidation) -> None:
        """Forget what ``invalidation`` matches; what is under way answers those who wait for it, and is not kept."""
        self._collapse.forget()
        self._cache.remove([entry.key for entry in self._cache if invalidation.batch.matches(entry)])

    async def _behind_viewer_request(self, request: Request, behaviour: Behaviour) -> Outcome:
        if behaviour.viewer_request is None:
            return await self._from_cache(request, request.uri, behaviour)
        result = await self._invoke(behaviour.viewer_request, events.viewer_request(self._identity, request))
        with _rules_hold(behaviour.viewer_request):
            rewritten = rules.read_viewer_request(result, request)
        if isinstance(rewritten, Response):
            return Outcome(replies.storable(rewritten), "LambdaGeneratedResponse")
        return await self._from_cache(rewritten, request.uri, behaviour)

    async def _from_cache(self, request: Request, viewer_uri: str, behaviour: Behaviour) -> Outcome:
        fetch = _Fetch(request, viewer_uri, behaviour, cache_key(request, behaviour.cache))
        hit = self._hit(fetch.key)
        if hit is not None:
            return hit
        if not fetch.can_be_kept and self._cache.get(fetch.key) is None:
            return _named(await self._origin(fetch), "Miss")
        outcome, own = await self._collapse.run(fetch.key, lambda: self._fill(fetch))
        if own:
            return outcome
        # Those who waited are served what was kept; what may not be kept belongs to the one who asked.
        return self._hit(fetch.key) or await self._fill(fetch)

    def _hit(self, key: str) -> Outcome | None:
        entry, now = self._cache.get(key), self._clock()
        if entry is None or not entry.is_fresh(now):
            return None
        body = self._cache.body(entry)
        return None if body is None else _named(entry.response(body), "Hit", int(max(0, now - entry.stored_at)))

    async def _fill(self, fetch: _Fetch) -> Outcome:
        mark = len(self._ledger)
        stale = self._cache.get(fetch.key)
        body = self._cache.body(stale) if stale else None
        if stale is None or body is None:
            response = await self._origin(fetch.whole)
            self._keep(fetch, response, mark)
            return _named(response, "Miss")
        return await self._revalidate(fetch, stale, body, mark)

    async def _revalidate(self, fetch: _Fetch, stale: Entry, body: bytes, mark: int) -> Outcome:
        response = await self._origin(fetch.whole, stale.header("etag"))
        if response.status == 304:
            fresh = stale.response(body).with_headers(response.without_headers(["content-type"]).headers)
            self._keep(fetch, fresh, mark)
            return _named(fresh, "RefreshHit")
        if response.status >= 500 and freshness.may_be_served_stale(stale.headers):
            self._postpone(stale, body, self._distribution.error_ttl(response.status), mark)
            return _named(stale.response(body), "Hit", int(self._clock() - stale.stored_at))
        self._keep(fetch, response, mark)
        return _named(response, "Miss")

    def _postpone(self, stale: Entry, body: bytes, seconds: int, mark: int) -> None:
        """Serve the expired copy while the origin fails, and ask again only after the error TTL.

        https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/HTTPStatusCodes.html
        """
        self._put(replace(stale, expires_at=self._clock() + seconds), body, mark)

    def _keep(self, fetch: _Fetch, response: Response, mark: int) -> None:
        now, policy = self._clock(), fetch.behaviour.cache
        error_ttl = self._distribution.error_ttl(response.status)
        seconds = freshness.lifetime(response.status, response.headers, policy, error_ttl, now)
        if seconds is None or fetch.request.method not in fetch.behaviour.cached_methods:
            self._cache.remove([fetch.key])
            return
        header = self._distribution.tag_header
        tags = parse_tags(response.header(header)) if header else frozenset()
        uri, viewer_uri = uri_in_key(fetch.request, policy), fetch.viewer_uri
        head = response.status, response.headers, tags, now, now + seconds, len(response.body)
        self._put(Entry(fetch.key, uri, viewer_uri, *head), response.body, mark)

    def _put(self, entry: Entry, body: bytes, mark: int) -> None:
        """Keep ``entry``, unless it was invalidated since ``mark``: it was asked for before, so it may be old."""
        if not any(made.batch.matches(entry) for made in self._ledger.since(mark)):
            self._cache.put(entry, body)

    async def _origin(self, fetch: _Fetch, etag: str | None = None) -> Response:
        """The origin's answer, after origin-response: for every status, 304 and errors too."""
        behaviour = fetch.behaviour
        request = replace(fetch.request, headers=self._origin_headers(fetch, etag))
        response = await asyncio.to_thread(self._buckets[behaviour.origin].answer, request)
        if behaviour.origin_response is None:
            return replies.storable(response, request.method)
        event = events.origin_response(self._identity, behaviour.origin, self._store, request, response)
        result = await self._invoke(behaviour.origin_response, event)
        with _rules_hold(behaviour.origin_response):
            return replies.storable(rules.read_origin_response(result, response), request.method)

    def _origin_headers(self, fetch: _Fetch, etag: str | None) -> Headers:
        request = fetch.request
        headers = [
            ("x-forwarded-for", request.client_ip),
            ("user-agent", "Amazon CloudFront"),
            ("via", f"1.1 {self._identity.domain} (CloudFront)"),
            ("host", fetch.behaviour.origin.domain),
            *forwarded_headers(request, fetch.behaviour.cache),
        ]
        if fetch.range is not None:
            headers.append(("range", fetch.range))
        return (*headers, ("if-none-match", etag)) if etag else tuple(headers)

    async def _invoke(self, function: Function, event: events.Event) -> object:
        try:
            return await self._runners[function].invoke(event)
        except ExecutionError as error:
            log.rule_broken(function.name, str(error))
            raise FaultError(503, "The Lambda function returned an error.", "LambdaExecutionError") from error


@dataclass(frozen=True, slots=True)
class _Fetch:
    """One question to the origin: the request after viewer-request, and where its answer would be kept."""

    request: Request
    viewer_uri: str
    behaviour: Behaviour
    key: str
    ranged: bool = True

    @property
    def range(self) -> str | None:
        return self.request.header("range") if self.ranged and self.request.method == "GET" else None

    @property
    def can_be_kept(self) -> bool:
        """A HEAD's answer has no body to keep, and a part is not the whole."""
        return self.request.method != "HEAD" and self.range is None

    @property
    def whole(self) -> _Fetch:
        """The same for all of the object."""
        method = "GET" if self.request.method == "HEAD" else self.request.method
        return replace(self, request=replace(self.request, method=method), ranged=False)


class _rules_hold:
    """Turns a broken rule into CloudFront's 502, and a log line that names the rule."""

    def __init__(self, function: Function) -> None:
        self._function = function

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, rules.RuleBrokenError):
            log.rule_broken(self._function.name, str(error))
            raise FaultError(502, "The Lambda function result failed validation.", "LambdaValidationError") from error


def _named(response: Response, x_cache: str, age: int | None = None) -> Outcome:
    return Outcome(response, "Error" if response.status >= 400 else x_cache, age)


def _check(request: Request, behaviour: Behaviour, has_body: bool) -> None:
    """https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehaviorS3Origin.html"""
    if len(request.url) > rules.MAX_URL:
        raise FaultError(414, f"The URL has more than {rules.MAX_URL} bytes.")
    if request.method not in _METHODS:
        raise FaultError(405, f"{request.method} is not a method that CloudFront takes.")
    if request.method not in behaviour.methods:
        raise FaultError(403, f"This distribution is not configured to allow {request.method}.")
    if request.method == "GET" and has_body:
        raise FaultError(403, "A GET request must not have a body.")
