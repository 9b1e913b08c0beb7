"""One edge location: a viewer's request through viewer-request, the cache and the origin, and out again."""

from __future__ import annotations

from infra.local.cloudfront import events, replies, rules
from infra.local.cloudfront.conditional import for_viewer
from infra.local.cloudfront.distribution import Behaviour, Distribution
from infra.local.cloudfront.faults import FaultError, check_request, rules_hold
from infra.local.cloudfront.messages import Request, Response
from infra.local.cloudfront.shelf import Outcome, Shelf
from infra.local.cloudfront.upstream import Fetch, Functions


class Pop:
    """``shelf`` behind viewer-request, for the behaviours of ``distribution``."""

    def __init__(
        self, distribution: Distribution, identity: events.Identity, functions: Functions, shelf: Shelf
    ) -> None:
        self._distribution = distribution
        self._identity = identity
        self._functions = functions
        self._shelf = shelf

    async def answer(self, request: Request, *, has_body: bool = False) -> Response:
        """The reply to a viewer."""
        behaviour = self._distribution.behaviour(request.uri)
        try:
            check_request(request, behaviour, has_body)
            outcome = await self._outcome(request, behaviour)
        except FaultError as fault:
            outcome = Outcome(replies.explain(fault.status, str(fault)), fault.x_cache)
        response = for_viewer(request, outcome.response, whole=outcome.whole)
        domain = self._identity.domain
        return replies.finish(response, request, behaviour.response_headers, outcome.x_cache, outcome.age, domain)

    async def _outcome(self, request: Request, behaviour: Behaviour) -> Outcome:
        if behaviour.viewer_request is None:
            return await self._shelf.get(Fetch(request, request.uri, behaviour))
        result = await self._functions.invoke(behaviour.viewer_request, events.viewer_request(self._identity, request))
        with rules_hold(behaviour.viewer_request):
            rewritten = rules.read_viewer_request(result, request)
        if isinstance(rewritten, Response):
            return Outcome(replies.storable(rewritten), "LambdaGeneratedResponse", whole=False)
        return await self._shelf.get(Fetch(rewritten, request.uri, behaviour))
