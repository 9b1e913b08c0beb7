"""Real servers beside the tests: PostgreSQL, Redis and RabbitMQ, as ``infra/local/services.sh`` brings them.

Where one is missing a test is skipped with a loud line, and fails where ``CI`` is set.
"""

from __future__ import annotations

import os
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, NoReturn

import psycopg
import pytest
import redis
from kombu import Connection

_ROLE = "imagehub_test"
_POSTGRESQL = (
    "postgres://postgres@127.0.0.1:5432/",
    "postgres://postgres@%2Fvar%2Frun%2Fpostgresql:5432/",
    f"postgres://{_ROLE}:{_ROLE}@127.0.0.1:5432/",
)
_RABBITMQ = "amqp://guest:guest@127.0.0.1:5672//"


def missing(service: str, remedy: str = "start one on 127.0.0.1 (make test does so as root)") -> NoReturn:
    """Skips the test with a line that nobody overlooks; fails it where ``CI`` is set."""
    reason = f"NO {service}: {remedy}"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@contextmanager
def postgresql() -> Iterator[str]:
    """The URL of a new, empty database, which is dropped afterwards."""
    server, name = _postgresql_server(), f"imagehub_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(f"{server}postgres", autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}".encode())
        try:
            yield server + name
        finally:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def _postgresql_server() -> str:
    for attempt in range(2):
        for url in _POSTGRESQL:
            with suppress(psycopg.OperationalError), psycopg.connect(f"{url}postgres", connect_timeout=3):
                return url
        if attempt == 0:
            _make_role()
    missing("POSTGRESQL")


def _make_role() -> None:
    """As Debian sets it up, only the user postgres gets in; root may be that user."""
    if os.getuid() == 0:
        statement = f"CREATE ROLE {_ROLE} LOGIN CREATEDB PASSWORD '{_ROLE}'"
        command = ["su", "postgres", "-c", f'psql -qc "{statement}"']
        with suppress(OSError):
            subprocess.run(command, capture_output=True, check=False, timeout=20)


@contextmanager
def redis_broker() -> Iterator[str]:
    """The URL of an empty database of the running Redis, emptied again afterwards."""
    for number in range(15, 0, -1):
        client = redis.Redis(port=6379, db=number, socket_connect_timeout=3)
        try:
            if client.dbsize():
                continue
        except redis.ConnectionError:
            missing("REDIS")
        try:
            yield f"redis://127.0.0.1:6379/{number}"
        finally:
            client.flushdb()
            client.close()
        return
    missing("EMPTY DATABASE IN REDIS")


@contextmanager
def rabbitmq_broker(queue: str) -> Iterator[str]:
    """The URL of the running RabbitMQ; ``queue`` is deleted afterwards."""
    with Connection(_RABBITMQ, connect_timeout=5) as connection:
        try:
            connection.connect()
        except OSError:
            missing("RABBITMQ")
        try:
            yield _RABBITMQ
        finally:
            channel: Any = connection.channel()
            channel.queue_delete(queue)
            channel.exchange_delete(queue)
