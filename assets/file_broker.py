"""A Celery broker for one machine that needs no server: kombu's filesystem transport with atomic writes.

Kombu's own transport writes messages and routing tables in place, and readers ignore its lock, so a reader can see an
empty or truncated file. Its clock restarts at each boot, which puts older messages last.
"""

from __future__ import annotations

import fcntl
from functools import cached_property
from pathlib import Path
from time import time_ns
from typing import Any
from uuid import uuid4

from django.core.exceptions import ImproperlyConfigured
from kombu.exceptions import ChannelError
from kombu.transport import filesystem
from kombu.utils.json import dumps

from edge.storage.atomic_write import write_atomically
from edge.storage.private_folder import create_private_folder

_MAX_WAIT_SECONDS = 0.2


class Channel(filesystem.Channel):
    """Keeps everything in the transport option ``folder``, which is created if it does not exist."""

    @cached_property
    def data_folder_in(self) -> str:
        return str(self._subfolder("messages"))

    @property
    def data_folder_out(self) -> str:
        return self.data_folder_in

    @cached_property
    def control_folder(self) -> Path:
        return self._subfolder("control")

    def _subfolder(self, name: str) -> Path:
        if not (folder := self.transport_options.get("folder")):
            raise ImproperlyConfigured('CELERY_BROKER_TRANSPORT_OPTIONS has no "folder". Set it to a local directory.')
        path = Path(folder, name)
        create_private_folder(path)
        return path

    def _put(self, queue: str, payload: dict[str, Any], **_: Any) -> None:  # type: ignore[override]  # as kombu does
        # Messages are delivered in name order.
        path = Path(self.data_folder_out, f"{time_ns()}_{uuid4()}.{queue}.msg")
        try:
            write_atomically(path, dumps(payload).encode())
        except OSError as error:
            raise ChannelError(f"Cannot write {path}: {error.strerror}.") from error

    def _queue_bind(self, exchange: str, routing_key: str, pattern: str | None, queue: str) -> None:
        bound = filesystem.exchange_queue_t(routing_key or "", pattern or "", queue or "")
        file: Path = self._exchange_file(exchange)  # type: ignore[attr-defined]  # missing from the stubs
        lock_file = Path(self.control_folder, "lock")
        lock_file.touch(0o600)
        with lock_file.open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            table = self.get_table(exchange)
            if bound not in table:
                write_atomically(file, dumps([bound, *table]).encode())


class Transport(filesystem.Transport):
    """``CELERY_BROKER_TRANSPORT = "assets.file_broker:Transport"`` beside the URL ``filesystem://localhost``."""

    Channel = Channel
    polling_interval = 0.2  # kombu's default of a second delays every task by half a second on average

    def drain_events(self, connection: Any, timeout: float | None = None, **_: Any) -> None:
        """Wait no longer than `_MAX_WAIT_SECONDS`: a worker notices a signal to stop only between two calls."""
        wait = timeout if timeout is None else min(timeout, _MAX_WAIT_SECONDS)
        try:
            super().drain_events(connection, wait)
        except TimeoutError:
            if wait == timeout:
                raise
