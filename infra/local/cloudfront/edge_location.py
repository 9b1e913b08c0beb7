"""One edge location: a viewer's request goes through viewer-request, the cache and the origin, and back."""

from __future__ import annotations

from infra.local.cloudfront import events, replies
from infra.local.cloudfront.cache_lookup import CacheLookup
from infra.local.cloudfront.conditional_requests import for_viewer
from infra.local.cloudfront.distribution import CacheBehaviour, Distribution
from infra.local.cloudfront.edge_reply import EdgeReply
from infra.local.cloudfront.errors import CloudFrontError, check_request
from infra.local.cloudfront.messages import HttpRequest, HttpResponse
from infra.local.cloudfront.upstream import FunctionInvoker, OriginFetch
from infra.local.cloudfront.viewer_function import rewrite


class EdgeLocation:
    """Answers viewers as ``distribution`` is configured, from ``cache_lookup``."""

    def __init__(
        self,
        distribution: Distribution,
        identity: events.DistributionIdentity,
        functions: FunctionInvoker,
        cache_lookup: CacheLookup,
    ) -> None:
        self._distribution = distribution
        self._identity = identity
        self._functions = functions
        self._cache_lookup = cache_lookup

    async def answer(self, request: HttpRequest, *, has_body: bool = False) -> HttpResponse:
        """Return the reply to a viewer."""
        # By the viewer's path: a function that changes the path does not change the behaviour.
        # https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-event-structure.html
        behaviour = self._distribution.behaviour(request.uri)
        try:
            check_request(request, behaviour, has_body)
            reply = await self._reply(request, behaviour)
        except CloudFrontError as error:
            reply = EdgeReply(replies.error_page(error.status, str(error)), error.x_cache)
        response = for_viewer(request, reply.response, complete=reply.complete)
        domain = self._identity.domain
        return replies.finish(response, request, behaviour.response_headers, reply.x_cache, reply.age, domain)

    async def _reply(self, request: HttpRequest, behaviour: CacheBehaviour) -> EdgeReply:
        if behaviour.viewer_request is None:
            return await self._cache_lookup.get(OriginFetch(request, request.uri, behaviour))
        rewritten = await rewrite(self._functions, behaviour.viewer_request, self._identity, request)
        if isinstance(rewritten, EdgeReply):
            return rewritten
        return await self._cache_lookup.get(OriginFetch(rewritten, request.uri, behaviour))
