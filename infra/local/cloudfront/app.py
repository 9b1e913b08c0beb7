"""The ASGI application: sends each request to the invalidation API or to the edge location."""

from __future__ import annotations

import time

from infra.local.cloudfront import log
from infra.local.cloudfront.asgi import Message, Receive, Send, parse_request, send_response
from infra.local.cloudfront.edge_location import EdgeLocation
from infra.local.cloudfront.invalidation_api import InvalidationApi, is_api_call
from infra.local.cloudfront.messages import HttpRequest, HttpResponse

# Enough for the largest batch of the default quota: 3,000 paths of 4,000 characters, and the XML around them.
_MAX_API_BODY = 1 << 24


class CloudFrontApp:
    """An ASGI application."""

    def __init__(self, edge_location: EdgeLocation, api: InvalidationApi) -> None:
        self._edge_location = edge_location
        self._api = api

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        began = time.perf_counter()
        request = parse_request(scope)
        response = await self._answer(request, receive)
        x_cache = response.header("x-cache") or "-"
        log.request(request.method, request.url, response.status, x_cache, time.perf_counter() - began)
        await send_response(request, response, send)

    async def _answer(self, request: HttpRequest, receive: Receive) -> HttpResponse:
        if is_api_call(request.uri):
            return self._api.answer(request, await _read_body(receive))
        length = request.header("content-length") or "0"
        has_body = length != "0" or request.header("transfer-encoding") is not None
        return await self._edge_location.answer(request, has_body=has_body)


async def _read_body(receive: Receive) -> bytes:
    body = b""
    while len(body) <= _MAX_API_BODY:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    return body
