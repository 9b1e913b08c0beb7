"""From the cache where it is fresh; else from the origin, and kept."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from infra.local.cloudfront import freshness, log
from infra.local.cloudfront.cache import DiskCache
from infra.local.cloudfront.collapse import Collapse
from infra.local.cloudfront.distribution import Distribution
from infra.local.cloudfront.entry import Entry
from infra.local.cloudfront.invalidation import parse_tags
from infra.local.cloudfront.ledger import Invalidation, Ledger
from infra.local.cloudfront.messages import Response
from infra.local.cloudfront.upstream import Fetch, Upstream


@dataclass(frozen=True, slots=True)
class Outcome:
    """A reply, what ``X-Cache`` calls it, its age. A ``whole`` one may still be cut to what the viewer asked for."""

    response: Response
    x_cache: str
    age: int | None = None
    whole: bool = True


class Shelf:
    """``upstream`` behind ``cache``; ``ledger`` says what was invalidated meanwhile."""

    def __init__(
        self,
        distribution: Distribution,
        upstream: Upstream,
        cache: DiskCache,
        ledger: Ledger,
        *,
        collapsing: bool = True,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._distribution = distribution
        self._upstream = upstream
        self._cache = cache
        self._ledger = ledger
        self._collapse: Collapse[Outcome] = Collapse(enabled=collapsing)
        self._clock = clock

    async def get(self, fetch: Fetch) -> Outcome:
        """The reply to a viewer's request. Raises `FaultError`."""
        key = fetch.key
        hit = self._hit(key)
        if hit is not None:
            return hit
        if self._cache.get(key) is None and (fetch.range or fetch.request.method == "HEAD"):
            return await self._pass_on(fetch)
        outcome, own = await self._collapse.run(key, lambda: self._fill(fetch.of_all()))
        if own:
            return outcome
        # Those who waited are served what was kept; what may not be kept belongs to the one who asked.
        return self._hit(key) or await self._fill(fetch.of_all())

    def invalidate(self, invalidation: Invalidation) -> None:
        """Forget what ``invalidation`` matches; what is under way answers those who wait for it, and is not kept."""
        self._collapse.forget()
        self._cache.remove([entry.key for entry in self._cache if invalidation.batch.matches(entry)])

    def _hit(self, key: str) -> Outcome | None:
        entry, now = self._cache.get(key), self._clock()
        if entry is None or not entry.is_fresh(now):
            return None
        body = self._cache.body(entry)
        return None if body is None else _outcome(entry.response(body), "Hit", int(max(0, now - entry.stored_at)))

    async def _pass_on(self, fetch: Fetch) -> Outcome:
        """A HEAD's answer has no body to keep. A range's is kept where the origin answered with all of it.

        https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RangeGETs.html
        """
        mark = len(self._ledger)
        response = await self._upstream.ask(fetch)
        if fetch.range:
            self._keep(fetch, response, mark)
        return replace(_outcome(response, "Miss"), whole=False)

    async def _fill(self, fetch: Fetch) -> Outcome:
        mark = len(self._ledger)
        stale = self._cache.get(fetch.key)
        body = self._cache.body(stale) if stale else None
        if stale is None or body is None:
            response = await self._upstream.ask(fetch)
            self._keep(fetch, response, mark)
            return _outcome(response, "Miss")
        return await self._revalidate(fetch, stale, body, mark)

    async def _revalidate(self, fetch: Fetch, stale: Entry, body: bytes, mark: int) -> Outcome:
        response = await self._upstream.ask(fetch, stale.header("etag"))
        if response.status >= 500 and freshness.may_be_served_stale(stale.headers):
            return self._postpone(stale, body, self._distribution.error_ttl(response.status), mark)
        refreshed = response.status == 304
        if refreshed:
            response = stale.response(body).with_headers(response.without_headers(["content-type"]).headers)
        if not self._keep(fetch, response, mark) and self._cache.get(fetch.key) is stale:
            self._cache.remove([fetch.key])
        return _outcome(response, "RefreshHit" if refreshed else "Miss")

    def _postpone(self, stale: Entry, body: bytes, seconds: int, mark: int) -> Outcome:
        """Serve the expired copy while the origin fails, and ask again only after the error TTL.

        https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/HTTPStatusCodes.html
        """
        now = self._clock()
        self._put(replace(stale, expires_at=now + seconds), body, mark)
        return _outcome(stale.response(body), "Hit", int(now - stale.stored_at))

    def _keep(self, fetch: Fetch, response: Response, mark: int) -> bool:
        """Whether ``response`` may be kept; it then is."""
        now, error_ttl = self._clock(), self._distribution.error_ttl(response.status)
        seconds = freshness.lifetime(response.status, response.headers, fetch.behaviour.cache, error_ttl, now)
        if seconds is None or fetch.request.method not in fetch.behaviour.cached_methods:
            return False
        header = self._distribution.tag_header
        entry = Entry(
            key=fetch.key,
            uri=fetch.uri,
            viewer_uri=fetch.viewer_uri,
            status=response.status,
            headers=response.headers,
            tags=parse_tags(response.header(header)) if header else frozenset(),
            stored_at=now,
            expires_at=now + seconds,
            size=len(response.body),
        )
        self._put(entry, response.body, mark)
        return True

    def _put(self, entry: Entry, body: bytes, mark: int) -> None:
        """Keep ``entry``, unless it was invalidated since ``mark``: it was asked for before that, so it may be old."""
        if any(made.batch.matches(entry) for made in self._ledger.since(mark)):
            return
        try:
            self._cache.put(entry, body)
        except OSError as error:  # a full disk costs hits, not replies
            log.cache_failed(error)


def _outcome(response: Response, x_cache: str, age: int | None = None) -> Outcome:
    return Outcome(response, "Error" if response.status >= 400 else x_cache, age)
