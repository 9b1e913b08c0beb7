"""Answers from the cache if the entry is fresh; otherwise asks the origin and stores the reply."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from infra.local.cloudfront import freshness, log
from infra.local.cloudfront.cache_entry import CacheEntry
from infra.local.cloudfront.disk_cache import DiskCache
from infra.local.cloudfront.distribution import Distribution
from infra.local.cloudfront.edge_reply import EdgeReply, describe
from infra.local.cloudfront.invalidation_batch import parse_tags
from infra.local.cloudfront.invalidation_store import InvalidationStore, StoredInvalidation
from infra.local.cloudfront.messages import HttpResponse
from infra.local.cloudfront.request_collapsing import RequestCollapsing
from infra.local.cloudfront.upstream import OriginFetch, Upstream


class CacheLookup:
    """``cache`` in front of ``upstream``. ``invalidations`` tells what was invalidated while a reply was on its way."""

    def __init__(
        self,
        distribution: Distribution,
        upstream: Upstream,
        cache: DiskCache,
        invalidations: InvalidationStore,
        *,
        collapsing: bool = True,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._distribution = distribution
        self._upstream = upstream
        self._cache = cache
        self._invalidations = invalidations
        self._collapsing: RequestCollapsing[EdgeReply] = RequestCollapsing(enabled=collapsing)
        self._clock = clock

    async def get(self, fetch: OriginFetch) -> EdgeReply:
        """Return the reply to a viewer's request. Raises `CloudFrontError`."""
        key = fetch.key
        hit = self._hit(key)
        if hit is not None:
            return hit
        # An expired entry is revalidated instead: a 304 makes it fresh without another transfer of the body.
        if self._cache.get(key) is None and (fetch.range or fetch.request.method == "HEAD"):
            return await self._pass_through(fetch)
        reply, started = await self._collapsing.run(key, lambda: self._fill(fetch.complete()))
        if started:
            return reply
        # Viewers who waited get the cached reply. One that was not cached belongs to the viewer who asked for it.
        return self._hit(key) or await self._fill(fetch.complete())

    def invalidate(self, invalidation: StoredInvalidation) -> None:
        """Remove the entries that match. Replies on their way still answer waiting viewers, but are not cached."""
        self._collapsing.forget()
        self._cache.remove([entry.key for entry in self._cache if invalidation.batch.matches(entry)])

    def _hit(self, key: str) -> EdgeReply | None:
        entry, now = self._cache.get(key), self._clock()
        if entry is None or not entry.is_fresh(now):
            return None
        body = self._cache.body(entry)
        # Never negative, even if the clock was set back: https://www.rfc-editor.org/rfc/rfc9111#section-5.1
        return None if body is None else describe(entry.response(body), "Hit", int(max(0, now - entry.stored_at)))

    async def _pass_through(self, fetch: OriginFetch) -> EdgeReply:
        """Answer a HEAD, which has no body to cache, or a range, cached only if the origin replies with all of it.

        https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RangeGETs.html
        """
        mark = len(self._invalidations)
        response = await self._upstream.ask(fetch)
        if fetch.range:
            self._store(fetch, response, mark)
        return replace(describe(response, "Miss"), complete=False)

    async def _fill(self, fetch: OriginFetch) -> EdgeReply:
        # Taken before the origin is asked: what is invalidated while it answers must not be cached.
        mark = len(self._invalidations)
        stale = self._cache.get(fetch.key)
        body = self._cache.body(stale) if stale else None
        if stale is None or body is None:
            response = await self._upstream.ask(fetch)
            self._store(fetch, response, mark)
            return describe(response, "Miss")
        return await self._revalidate(fetch, stale, body, mark)

    async def _revalidate(self, fetch: OriginFetch, stale: CacheEntry, body: bytes, mark: int) -> EdgeReply:
        response = await self._upstream.ask(fetch, stale.header("etag"))
        if response.status >= 500 and freshness.may_be_served_stale(stale.headers):
            return self._serve_stale(stale, body, self._distribution.error_ttl(response.status), mark)
        refreshed = response.status == 304
        if refreshed:
            # A 304 updates the stored headers: https://www.rfc-editor.org/rfc/rfc9111#section-4.3.4
            response = stale.response(body).with_headers(response.without_headers(["content-type"]).headers)
        # Another request may have stored a newer entry in the meantime; that one stays.
        if not self._store(fetch, response, mark) and self._cache.get(fetch.key) is stale:
            self._cache.remove([fetch.key])
        return describe(response, "RefreshHit" if refreshed else "Miss")

    def _serve_stale(self, stale: CacheEntry, body: bytes, seconds: int, mark: int) -> EdgeReply:
        """Serve the expired copy while the origin fails, and ask the origin again after the error TTL.

        https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/HTTPStatusCodes.html
        """
        now = self._clock()
        self._put(replace(stale, expires_at=now + seconds), body, mark)
        return describe(stale.response(body), "Hit", int(now - stale.stored_at))

    def _store(self, fetch: OriginFetch, response: HttpResponse, mark: int) -> bool:
        """Cache ``response`` if CloudFront would. Return whether it is cacheable."""
        now, error_ttl = self._clock(), self._distribution.error_ttl(response.status)
        seconds = freshness.lifetime(response.status, response.headers, fetch.behaviour.cache, error_ttl, now)
        if seconds is None or fetch.request.method not in fetch.behaviour.cached_methods:
            return False
        header = self._distribution.tag_header
        entry = CacheEntry(
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

    def _put(self, entry: CacheEntry, body: bytes, mark: int) -> None:
        """Cache ``entry``, unless it was invalidated since ``mark``: the reply may be older than the invalidation."""
        if any(each.batch.matches(entry) for each in self._invalidations.since(mark)):
            return
        try:
            self._cache.put(entry, body)
        except OSError as error:  # a full disk costs cache hits, not replies
            log.cache_failed(error)
