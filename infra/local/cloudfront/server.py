"""Puts the parts together and serves them until told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import uvicorn

from edge.storage.objects.location import open_store
from infra.local.cloudfront import template
from infra.local.cloudfront.api import Api
from infra.local.cloudfront.app import App
from infra.local.cloudfront.cache import DiskCache
from infra.local.cloudfront.distribution import Distribution, Function
from infra.local.cloudfront.events import Identity
from infra.local.cloudfront.functions import InProcess, Runner
from infra.local.cloudfront.ledger import Ledger, Quota
from infra.local.cloudfront.origin import Bucket
from infra.local.cloudfront.pool import Pool
from infra.local.cloudfront.pop import Pop
from infra.local.cloudfront.shelf import Shelf
from infra.local.cloudfront.upstream import Functions, Upstream

_GRACE_SECONDS = 5
#: Processes for each origin-response function.
_WORKERS = 2


@dataclass(frozen=True, slots=True)
class Settings:
    """``store`` is a location that `edge.storage.objects.location` reads; ``data`` keeps cache and invalidations."""

    template: Path
    store: str
    data: Path
    distribution_id: str = "ELOCAL00000000"
    collapsing: bool = True
    quota: Quota = field(default_factory=Quota)


def listen(host: str, port: int) -> socket.socket:
    """A socket bound to ``host`` and ``port``; 0 takes a free one. Raises `OSError` where it is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol by name: asyncio sets TCP_NODELAY only on such sockets, and without it a kept-alive connection
    # waits 40 ms for each body. https://github.com/python/cpython/blob/3.11/Lib/asyncio/base_events.py
    bound = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
        bound.listen()  # without it a second server could bind the same port
    except OSError:
        bound.close()
        raise
    return bound


async def serve(settings: Settings, bound: socket.socket, ready: Callable[[], None]) -> None:
    """Serve on ``bound`` until SIGTERM or SIGINT; ``ready`` is called once it answers.

    Raises `TemplateError` and `HandlerMissingError`.
    """
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    distribution = template.load(settings.template)
    runners = _runners(distribution)
    try:
        await asyncio.gather(*(runner.start() for runner in runners.values()))
        await _serve(_app(settings, distribution, runners), bound, ready, stop)
    finally:
        await asyncio.gather(*(runner.close() for runner in runners.values()))


def _app(settings: Settings, distribution: Distribution, runners: dict[Function, Runner]) -> App:
    settings.data.mkdir(parents=True, exist_ok=True)
    store = open_store(settings.store)
    ledger = Ledger(settings.data / "invalidations.jsonl", settings.quota)
    identity = Identity(settings.distribution_id, f"{settings.distribution_id.lower()}.cloudfront.localhost")
    buckets = {behaviour.origin: Bucket(store, behaviour.origin) for behaviour in distribution.behaviours}
    functions = Functions(runners)
    upstream = Upstream(identity, settings.store, buckets, functions)
    cache = DiskCache(settings.data / "cache")
    shelf = Shelf(distribution, upstream, cache, ledger, collapsing=settings.collapsing)
    pop = Pop(distribution, identity, functions, shelf)
    return App(pop, Api(settings.distribution_id, ledger, shelf.invalidate))


def _runners(distribution: Distribution) -> dict[Function, Runner]:
    runners: dict[Function, Runner] = {}
    for behaviour in distribution.behaviours:
        if behaviour.viewer_request:
            runners.setdefault(behaviour.viewer_request, InProcess(behaviour.viewer_request))
        if behaviour.origin_response:
            runners.setdefault(behaviour.origin_response, Pool(behaviour.origin_response, _WORKERS))
    return runners


class _Server(uvicorn.Server):
    def capture_signals(self) -> contextlib.AbstractContextManager[None]:  # type: ignore[override] # a generator there
        """`serve` listens to signals, from before the workers start until they are gone."""
        return contextlib.nullcontext()


async def _serve(app: App, bound: socket.socket, ready: Callable[[], None], stop: asyncio.Event) -> None:
    config = uvicorn.Config(
        app,
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        timeout_graceful_shutdown=_GRACE_SECONDS,
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
