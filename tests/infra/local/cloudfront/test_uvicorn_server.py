"""An application on a socket, with what it needs started before and ended after it."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import pytest

from infra.local.cloudfront.handlers import HandlerMissingError
from infra.local.cloudfront.uvicorn_server import listen, running, serve_app, url_of
from tests.http_client import ask


class Runner:
    def __init__(self, log: list[str], error: Exception | None = None) -> None:
        self.log, self.error = log, error

    async def start(self) -> None:
        self.log.append("start")
        if self.error:
            raise self.error

    async def invoke(self, event: Any) -> Any: ...

    async def close(self) -> None:
        self.log.append("close")


async def hello(scope: Any, _receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})


def test_it_answers_once_it_is_ready_until_it_is_told_to_stop() -> None:
    bound, found = listen("127.0.0.1", 0), []

    async def run() -> None:
        stop, ready = asyncio.Event(), asyncio.Event()

        async def visit() -> None:
            await ready.wait()
            found.append((await asyncio.to_thread(ask, url_of(bound), "/")).body)
            stop.set()

        await asyncio.gather(serve_app(hello, bound, ready.set, stop), visit())

    asyncio.run(run())
    assert found == [b"ok"]
    bound.close()


def test_runners_are_closed_whatever_happens() -> None:
    async def run(log: list[str], *runners: Runner) -> None:
        async with running(runners):
            log.append("serve")
            raise KeyError

    log: list[str] = []
    with pytest.raises(KeyError):
        asyncio.run(run(log, Runner(log)))
    assert log == ["start", "serve", "close"]
    with pytest.raises(HandlerMissingError):
        asyncio.run(run(log, Runner(log), Runner(log, HandlerMissingError("gone"))))
    assert log[3:] == ["start", "start", "close", "close"]


def test_the_url_of_an_address_of_version_6_has_brackets() -> None:
    with listen("127.0.0.1", 0) as four:
        assert url_of(four) == f"http://127.0.0.1:{four.getsockname()[1]}"
    if socket.has_ipv6:
        try:
            with listen("::1", 0) as six:
                assert url_of(six) == f"http://[::1]:{six.getsockname()[1]}"
        except OSError:
            pytest.skip("this machine has no IPv6")
