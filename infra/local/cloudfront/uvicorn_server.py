"""An ASGI application on a socket, until a signal stops it."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Collection

import uvicorn

from infra.local.cloudfront.asgi import Message, Receive, Send
from infra.local.cloudfront.function_runner import FunctionRunner

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


def url_of(bound: socket.socket) -> str:
    """The URL of a listening socket."""
    host, port = bound.getsockname()[:2]
    # An IPv6 address needs brackets in a URL: https://www.rfc-editor.org/rfc/rfc3986#section-3.2.2
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def stop_event() -> asyncio.Event:
    """An event that SIGTERM or SIGINT sets."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop


@contextlib.asynccontextmanager
async def running(runners: Collection[FunctionRunner]) -> AsyncIterator[None]:
    """The block runs with all of them started. Raises `HandlerMissingError`."""
    try:
        await asyncio.gather(*(runner.start() for runner in runners))
        yield
    finally:
        await asyncio.gather(*(runner.close() for runner in runners))


class _Server(uvicorn.Server):
    def capture_signals(self) -> contextlib.AbstractContextManager[None]:  # type: ignore[override] # a generator there
        """Leave signals to `stop_event`, which handles them from before the workers start until they have ended."""
        return contextlib.nullcontext()


async def serve_app(
    app: Callable[[Message, Receive, Send], Awaitable[None]],
    bound: socket.socket,
    ready: Callable[[], None],
    stop: asyncio.Event,
) -> None:
    """Serve ``app`` on ``bound`` until ``stop`` is set; ``ready`` is called as soon as it answers."""
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
