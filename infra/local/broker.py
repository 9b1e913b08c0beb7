"""A broker that is a folder: kombu's filesystem transport, with messages and tables that appear whole."""

from __future__ import annotations

import fcntl
from pathlib import Path
from time import time_ns
from typing import Any
from uuid import uuid4

from kombu.exceptions import ChannelError
from kombu.transport import filesystem
from kombu.utils.json import dumps

from edge.storage.atomic_write import write_whole

_LONGEST_WAIT = 0.2


class Channel(filesystem.Channel):
    def _put(self, queue: str, payload: dict[str, Any], **_: Any) -> None:  # type: ignore[override]  # as kombu does
        """Kombu's own writes in place and a reader does not look at its lock, so it may take an empty message."""
        # The clock and not kombu's monotonic one, which begins anew at each boot: messages are taken in name order.
        path = Path(self.data_folder_out, f"{time_ns()}_{uuid4()}.{queue}.msg")
        try:
            write_whole(path, dumps(payload).encode())
        except OSError as error:
            raise ChannelError(f"Cannot add {path} to the queue") from error

    def _queue_bind(self, exchange: str, routing_key: str, pattern: str | None, queue: str) -> None:
        """Kombu's own truncates a new table before it locks it, so who looks just then finds it broken."""
        bound = filesystem.exchange_queue_t(routing_key or "", pattern or "", queue or "")
        file: Path = self._exchange_file(exchange)  # type: ignore[attr-defined]  # the stubs lack it
        with Path(self.control_folder, "lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            table = self.get_table(exchange)
            if bound not in table:
                write_whole(file, dumps([bound, *table]).encode())


class Transport(filesystem.Transport):
    Channel = Channel

    def drain_events(self, connection: Any, timeout: float | None = None, **_: Any) -> None:
        """Return sooner than Celery asks, since a worker that is told to end looks up only between two calls."""
        wait = timeout if timeout is None else min(timeout, _LONGEST_WAIT)
        try:
            super().drain_events(connection, wait)
        except TimeoutError:
            if wait == timeout:
                raise
