"""Brokers that fail: one that says nothing, one that refuses, and one that fails while a test looks."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Self

from assets.jobs import broker
from imagehub.celery import app
from tests.machine import free_port


@contextmanager
def broker_at(url: str) -> Iterator[None]:
    """The app's messages go to ``url``."""
    names = ("broker_url", "broker_transport", "broker_transport_options")
    before = {name: app.conf[name] for name in names}
    app.conf.update(broker_url=url, broker_transport=None, broker_transport_options={})
    broker._producers.cache_clear()
    try:
        yield
    finally:
        broker._producers(app, os.getpid()).connections.force_close_all()
        broker._producers.cache_clear()
        app.conf.update(before)


@contextmanager
def silent_server() -> Iterator[int]:
    """The port of a server that accepts connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@contextmanager
def closed_port() -> Iterator[int]:
    """A port that refuses connections."""
    yield free_port()


class Relay:
    """Passes bytes on to the server at ``target``, until it is told to `cut` its connections or to be ``silent``."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._server = socket.create_server(("127.0.0.1", 0))
        self._connections: list[socket.socket] = []
        self.port: int = self._server.getsockname()[1]
        self.silent = False
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: Any) -> None:
        self._server.close()
        self.cut()

    def cut(self) -> None:
        """As a server does that restarts, or that drops connections which were idle for too long."""
        while self._connections:
            with suppress(OSError), self._connections.pop() as each:
                each.shutdown(socket.SHUT_RDWR)

    def note(self, data: bytes) -> None:
        """What passes, for a relay that records."""

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._server.accept()
                server = socket.create_connection(("127.0.0.1", self._target))
                self._connections += [client, server]
                for pair in ((client, server), (server, client)):
                    threading.Thread(target=self._pass_on, args=pair, daemon=True).start()

    def _pass_on(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                self.note(data)
                if not self.silent:
                    target.sendall(data)
