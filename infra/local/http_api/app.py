"""The ASGI application: what API Gateway does before and after the function."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import dataclass, field
from typing import Any

from infra.local.cloudfront.asgi import Message, Receive, Send, parse_request, send_response
from infra.local.cloudfront.function_runner import ExecutionError, FunctionRunner
from infra.local.cloudfront.function_url import read_function_url_reply
from infra.local.cloudfront.header_rules import RuleBrokenError
from infra.local.cloudfront.messages import HttpRequest, HttpResponse
from infra.local.http_api.api import ApiRoute, HttpApi
from infra.local.http_api.events import decoded_path, http_api_event
from infra.local.http_api.throttle import Throttle
from infra.local.http_api.web_token import verified_claims

#: API Gateway's longest request line with all headers:
#: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
_MAX_HEAD = 10_240
_MESSAGES = {
    401: "Unauthorized",
    404: "Not Found",
    414: "Request URI too long",
    429: "Too Many Requests",
    500: "Internal Server Error",
}


@dataclass
class HttpApiApp:
    """An ASGI application. ``secret`` signs tokens; ``function`` is the gateway."""

    api: HttpApi
    secret: bytes
    function: FunctionRunner
    throttle: Throttle = field(default_factory=Throttle)

    async def __call__(self, scope: Message, _receive: Receive, send: Send) -> None:
        began = time.perf_counter()
        request = parse_request(scope)
        response = await self._answer(request)
        _log(request, response.status, time.perf_counter() - began)
        await send_response(request, response, send)

    async def _answer(self, request: HttpRequest) -> HttpResponse:
        if len(request.url) > _MAX_HEAD:
            return _refusal(414)
        route = self.api.route(request.method, decoded_path(request))
        if route is None:
            return _refusal(404)
        if not self.throttle.admits(route):
            return _refusal(429)
        claims = self._claims(request, route)
        if route.tokens and claims is None:
            return _refusal(401, ("www-authenticate", "Bearer"))
        return await self._invoke(http_api_event(request, route, self.api.variables, claims))

    def _claims(self, request: HttpRequest, route: ApiRoute) -> dict[str, Any] | None:
        if route.tokens is None:
            return None
        kind, _, token = (request.header("authorization") or "").partition(" ")
        # The scheme may be left out, as at API Gateway.
        return verified_claims(token.strip() if kind.lower() == "bearer" else kind, route.tokens, self.secret)

    async def _invoke(self, event: dict[str, Any]) -> HttpResponse:
        try:
            return read_function_url_reply(await self.function.invoke(event))
        except (ExecutionError, RuleBrokenError) as error:
            print(f"http-api fault={json.dumps(str(error))}", file=sys.stderr)
            return _refusal(500)


def _refusal(status: int, *headers: tuple[str, str]) -> HttpResponse:
    """API Gateway's own reply, which is not in our form."""
    body = json.dumps({"message": _MESSAGES[status]}).encode()
    return HttpResponse(status, (("content-type", "application/json"), *headers), body)


def _log(request: HttpRequest, status: int, seconds: float) -> None:
    line = f"http-api method={request.method} uri={json.dumps(request.url)} status={status} ms={seconds * 1000:.1f}"
    print(line, file=sys.stderr)
