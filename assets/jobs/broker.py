"""Sending a message within seconds, whatever the broker does and however the project's Celery app is configured.

Celery's own pool waits for a broker that accepts connections and says nothing: for minutes, or forever.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from time import monotonic
from typing import Any

from botocore.exceptions import ClientError
from celery import Celery, Task
from kombu import Connection
from kombu.exceptions import LimitExceeded, OperationalError
from kombu.pools import ProducerPool

from assets.jobs.identified import headers

#: For connecting, and for each write and read.
SECONDS = 2
#: A failure that comes sooner is that of a connection which the broker closed while it was idle.
_AT_ONCE_SECONDS = 1
#: What the transports call the time-outs of a socket. Others get that of the connection alone.
_TIMEOUTS: dict[str, dict[str, Any]] = {
    "amqp": {"read_timeout": SECONDS, "write_timeout": SECONDS},
    "redis": {"socket_timeout": SECONDS, "socket_connect_timeout": SECONDS},
    "sqs": {
        "client-config": {
            "connect_timeout": SECONDS,
            "read_timeout": SECONDS,
            "retries": {"total_max_attempts": 1, "mode": "standard"},
        }
    },
}


class BrokerUnavailable(Exception):
    """The broker refuses connections or messages, or does not answer in time."""


def publish(task: Task[Any, Any], arguments: tuple[object, ...], delay: float) -> None:
    """Send a message for ``task``, to start in ``delay`` seconds. Raises `BrokerUnavailable`."""
    started = monotonic()
    try:
        _publish(task, arguments, delay)
    except BrokerUnavailable:
        if monotonic() - started > _AT_ONCE_SECONDS:
            raise
        _publish(task, arguments, delay)


def _publish(task: Task[Any, Any], arguments: tuple[object, ...], delay: float) -> None:
    producers = _producers(task.app, os.getpid())
    with _explained(producers.connections.connection), producers.acquire(block=True, timeout=SECONDS) as producer:
        # A result backend, which the project may have for other tasks, would be one more server to wait for.
        options: dict[str, Any] = {"headers": headers(), "producer": producer, "retry": False, "ignore_result": True}
        task.apply_async(arguments, countdown=delay, **options)


@cache
def _producers(app: Celery, _process: int) -> ProducerPool:
    """Open connections, which are neither Celery's nor those of the process that this one was forked from."""
    plain = app.connection_for_write()
    options = {"max_retries": max(len(plain.alt) - 1, 0), **_TIMEOUTS.get(plain.transport.driver_type, {})}
    connection = app.connection_for_write(connect_timeout=SECONDS, transport_options=options)
    limit = app.conf.broker_pool_limit
    return ProducerPool(connections=connection.Pool(limit=limit), limit=limit)


@contextmanager
def _explained(connection: Connection) -> Iterator[None]:
    errors: tuple[type[BaseException], ...] = (OperationalError, LimitExceeded, OSError)
    errors += (ClientError,)  # what SQS refuses, which its transport does not name
    errors += (*connection.connection_errors, *connection.channel_errors)
    try:
        yield
    except errors as error:
        raise BrokerUnavailable(str(error) or type(error).__name__) from error
