"""A Lambda function as an origin: what it is asked, and what a visitor gets if it fails."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from infra.local.cloudfront.distribution import FunctionUrlOrigin, LambdaFunction
from infra.local.cloudfront.events import Event
from infra.local.cloudfront.function_runner import ExecutionError
from infra.local.cloudfront.function_url_origin import ask
from infra.local.cloudfront.messages import HttpRequest, HttpResponse

ORIGIN = FunctionUrlOrigin(LambdaFunction("Gateway", "a.b", 3, 128), (("x-own", "1"),))
REQUEST = HttpRequest("GET", "/a%2520b%3F.jpg/v/w300.webp", "", (("via", "1"),))


class Returns:
    """A runner whose function returns ``result``, or raises if it is an `Exception`."""

    def __init__(self, result: object) -> None:
        self.result = result
        self.event: Event = {}

    async def start(self) -> None: ...

    async def close(self) -> None: ...

    async def invoke(self, event: Event) -> Any:
        self.event = event
        if isinstance(self.result, Exception):
            raise self.result
        return self.result


def test_the_function_gets_the_path_as_it_was_spelled_and_the_origins_own_headers() -> None:
    runner = Returns({"statusCode": 404, "headers": {"A": "b"}, "body": "no"})
    assert asyncio.run(ask(ORIGIN, runner, REQUEST)) == HttpResponse(404, (("a", "b"),), b"no")
    assert runner.event["rawPath"] == "/a%2520b%3F.jpg/v/w300.webp"
    assert runner.event["headers"]["x-own"] == "1"
    assert runner.event["headers"]["host"] == ORIGIN.domain


@pytest.mark.parametrize("result", [{"body": "x"}, ExecutionError("died")], ids=["no status", "died"])
def test_a_function_that_fails_is_a_502(result: object, capsys: pytest.CaptureFixture[str]) -> None:
    reply = asyncio.run(ask(ORIGIN, Returns(result), REQUEST))
    assert (reply.status, reply.body) == (502, b'{"Message":"Internal Server Error"}')
    assert "function=Gateway fault=" in capsys.readouterr().err
