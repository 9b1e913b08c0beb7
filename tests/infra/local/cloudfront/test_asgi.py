"""Requests and responses as ASGI has them."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from infra.local.cloudfront.asgi import parse_request, send_response
from infra.local.cloudfront.messages import HttpRequest, HttpResponse


def test_a_request_is_read_as_it_was_received() -> None:
    scope = {
        "method": "GET",
        "raw_path": b"/a%2Fb.jpg",
        "query_string": b"w=%33",
        "headers": [(b"x-a", b"\xe9")],
        "client": None,
    }
    assert parse_request(scope) == HttpRequest("GET", "/a%2Fb.jpg", "w=%33", (("x-a", "é"),), "127.0.0.1")


@pytest.mark.parametrize(
    ("method", "status", "length"),
    [("GET", 200, b"4"), ("GET", 404, b"4"), ("HEAD", 200, None), ("GET", 304, None), ("GET", 204, None)],
)
def test_a_response_has_the_length_of_its_body_where_that_is_known(
    method: str, status: int, length: bytes | None
) -> None:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    response = HttpResponse(status, (("x-a", "é"),), b"body")
    asyncio.run(send_response(HttpRequest(method, "/"), response, send))
    assert (sent[0]["status"], sent[0]["headers"][0]) == (status, (b"x-a", b"\xe9"))
    assert dict(sent[0]["headers"]).get(b"content-length") == length
    assert sent[1]["body"] == b"body"
