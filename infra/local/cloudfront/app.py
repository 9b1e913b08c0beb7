"""The door: HTTP as ASGI, to the API or to the edge location."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from infra.local.cloudfront import log
from infra.local.cloudfront.api import Api, is_api_call
from infra.local.cloudfront.messages import Request, Response
from infra.local.cloudfront.pop import Pop

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

_MAX_API_BODY = 1 << 24


class App:
    """An ASGI application."""

    def __init__(self, pop: Pop, api: Api) -> None:
        self._pop = pop
        self._api = api

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        began = time.perf_counter()
        request = _request(scope)
        response = await self._answer(request, receive)
        log.request(
            request.method, request.url, response.status, response.header("x-cache") or "-", time.perf_counter() - began
        )
        await _send(request, response, send)

    async def _answer(self, request: Request, receive: Receive) -> Response:
        if is_api_call(request.uri):
            return self._api.answer(request, await _read(receive))
        length = request.header("content-length") or "0"
        has_body = length != "0" or request.header("transfer-encoding") is not None
        return await self._pop.answer(request, has_body=has_body)


def _request(scope: Message) -> Request:
    headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"])
    uri, query = scope["raw_path"].decode("latin-1"), scope["query_string"].decode("latin-1")
    return Request(scope["method"], uri, query, headers, (scope["client"] or ("127.0.0.1",))[0])


async def _read(receive: Receive) -> bytes:
    body = b""
    while len(body) <= _MAX_API_BODY:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    return body


async def _send(request: Request, response: Response, send: Send) -> None:
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in response.headers]
    if response.header("content-length") is None and request.method != "HEAD" and response.status not in (204, 304):
        headers.append((b"content-length", str(len(response.body)).encode()))
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": response.body})
