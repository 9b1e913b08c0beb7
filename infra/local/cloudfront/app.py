"""The ASGI application: sends each request to the invalidation API or to the edge location."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from infra.local.cloudfront import log
from infra.local.cloudfront.edge_location import EdgeLocation
from infra.local.cloudfront.invalidation_api import InvalidationApi, is_api_call
from infra.local.cloudfront.messages import HttpRequest, HttpResponse

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

# Enough for the largest batch of the default quota: 3,000 paths of 4,000 characters, and the XML around them.
_MAX_API_BODY = 1 << 24


class CloudFrontApp:
    """An ASGI application."""

    def __init__(self, edge_location: EdgeLocation, api: InvalidationApi) -> None:
        self._edge_location = edge_location
        self._api = api

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        began = time.perf_counter()
        request = _parse_request(scope)
        response = await self._answer(request, receive)
        x_cache = response.header("x-cache") or "-"
        log.request(request.method, request.url, response.status, x_cache, time.perf_counter() - began)
        await _send(request, response, send)

    async def _answer(self, request: HttpRequest, receive: Receive) -> HttpResponse:
        if is_api_call(request.uri):
            return self._api.answer(request, await _read_body(receive))
        length = request.header("content-length") or "0"
        has_body = length != "0" or request.header("transfer-encoding") is not None
        return await self._edge_location.answer(request, has_body=has_body)


def _parse_request(scope: Message) -> HttpRequest:
    # Latin-1 decodes every byte, and a value may contain all of those above 127:
    # https://www.rfc-editor.org/rfc/rfc9110#section-5.5
    headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"])
    # The raw path: CloudFront passes a path on as it was spelled, so it must not be decoded here.
    uri, query = scope["raw_path"].decode("latin-1"), scope["query_string"].decode("latin-1")
    return HttpRequest(scope["method"], uri, query, headers, (scope["client"] or ("127.0.0.1",))[0])


async def _read_body(receive: Receive) -> bytes:
    body = b""
    while len(body) <= _MAX_API_BODY:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    return body


async def _send(request: HttpRequest, response: HttpResponse, send: Send) -> None:
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in response.headers]
    # RFC 9110, 8.6: the length of a reply to HEAD is the length that GET would have, which is not known here.
    if response.header("content-length") is None and request.method != "HEAD" and response.status not in (204, 304):
        headers.append((b"content-length", str(len(response.body)).encode()))
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": response.body})
