"""Serves the application until it is told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
from collections.abc import Callable

import uvicorn

from infra.local.cloudfront.app import CloudFrontApp
from infra.local.cloudfront.app_factory import ServerSettings, build_app, build_runners
from infra.local.cloudfront.distribution_loader import load_distribution

_GRACE_SECONDS = 5


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket; port 0 picks a free port. Raises `OSError` if the port is in use."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With the protocol by name: asyncio sets TCP_NODELAY only on such sockets, and without it every body on a
    # kept-alive connection waits 40 ms. https://github.com/python/cpython/blob/3.11/Lib/asyncio/base_events.py
    bound = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    # A restart must not fail because connections of the last run are in TIME_WAIT.
    # https://man7.org/linux/man-pages/man7/socket.7.html
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
        bound.listen()  # without it a second server could bind the same port
    except OSError:
        bound.close()
        raise
    return bound


async def serve(settings: ServerSettings, bound: socket.socket, ready: Callable[[], None]) -> None:
    """Serve on ``bound`` until SIGTERM or SIGINT; ``ready`` is called as soon as it answers.

    Raises `TemplateError` and `HandlerMissingError`.
    """
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    distribution = load_distribution(settings.template, settings.parameters)
    runners = build_runners(settings, distribution)
    try:
        await asyncio.gather(*(runner.start() for runner in runners.values()))
        await _serve(build_app(settings, distribution, runners), bound, ready, stop)
    finally:
        await asyncio.gather(*(runner.close() for runner in runners.values()))


class _Server(uvicorn.Server):
    def capture_signals(self) -> contextlib.AbstractContextManager[None]:  # type: ignore[override] # a generator there
        """Leave signals to `serve`, which handles them from before the workers start until they have ended."""
        return contextlib.nullcontext()


async def _serve(app: CloudFrontApp, bound: socket.socket, ready: Callable[[], None], stop: asyncio.Event) -> None:
    config = uvicorn.Config(
        app,
        lifespan="off",
        log_config=None,
        access_log=False,
        # `replies.finish` adds Server and Date unless the origin sent them; uvicorn would add a second pair.
        server_header=False,
        date_header=False,
        timeout_graceful_shutdown=_GRACE_SECONDS,
        # The default of 16 KB is less than the longest request that CloudFront accepts.
        h11_max_incomplete_event_size=64 * 1024,
    )
    server = _Server(config)
    serving = asyncio.create_task(server.serve([bound]))
    while not server.started and not serving.done():
        await asyncio.sleep(0.01)
    ready()
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait((serving, stopping), return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    server.should_exit = True
    await serving
