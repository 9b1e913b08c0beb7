"""HTTP requests and responses as ASGI has them: https://asgi.readthedocs.io/en/latest/specs/www.html."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from infra.local.cloudfront.messages import HttpRequest, HttpResponse

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


def parse_request(scope: Message) -> HttpRequest:
    """The request of a connection's ``scope``, as it was received."""
    # Latin-1 decodes every byte, and a value may contain all of those above 127:
    # https://www.rfc-editor.org/rfc/rfc9110#section-5.5
    headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"])
    # The raw path: CloudFront passes a path on as it was spelled, so it must not be decoded here.
    uri, query = scope["raw_path"].decode("latin-1"), scope["query_string"].decode("latin-1")
    return HttpRequest(scope["method"], uri, query, headers, (scope["client"] or ("127.0.0.1",))[0])


async def send_response(request: HttpRequest, response: HttpResponse, send: Send) -> None:
    """Send ``response`` to ``request``."""
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in response.headers]
    # RFC 9110, 8.6: the length of a reply to HEAD is the length that GET would have, which is not known here.
    if response.header("content-length") is None and request.method != "HEAD" and response.status not in (204, 304):
        headers.append((b"content-length", str(len(response.body)).encode()))
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": response.body})
