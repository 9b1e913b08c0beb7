"""The PostgreSQL, MariaDB and RabbitMQ servers of this machine, as ``infra/local/services.sh`` starts them.

If one is missing, the tests that need it are skipped with a loud line; they fail if ``CI`` is set.
"""

from __future__ import annotations

import os
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, NoReturn

import psycopg
import pymysql
import pytest
from kombu import Connection

_ROLE = "imagehub_test"
_POSTGRESQL = (
    "postgres://postgres@127.0.0.1:5432/",
    "postgres://postgres@%2Fvar%2Frun%2Fpostgresql:5432/",
    f"postgres://{_ROLE}:{_ROLE}@127.0.0.1:5432/",
)
#: Users and their passwords.
_MARIADB = {"root": "", _ROLE: _ROLE}
_RABBITMQ = "amqp://guest:guest@127.0.0.1:5672//"


def missing(service: str, remedy: str = "start one on 127.0.0.1 (make test does so as root)") -> NoReturn:
    """Skip the test with a loud line, or fail it if ``CI`` is set."""
    reason = f"NO {service}: {remedy}"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@contextmanager
def postgresql() -> Iterator[str]:
    """Create an empty database and yield its URL. It is dropped afterwards."""
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
    """On Debian only the system user postgres may connect at first. Root can become that user."""
    if os.getuid() == 0:
        statement = f"CREATE ROLE {_ROLE} LOGIN CREATEDB PASSWORD '{_ROLE}'"
        command = ["su", "postgres", "-c", f'psql -qc "{statement}"']
        with suppress(OSError):
            subprocess.run(command, capture_output=True, check=False, timeout=20)


@contextmanager
def mariadb(options: str = "CHARACTER SET utf8mb4") -> Iterator[str]:
    """Create an empty database with these options and yield its URL. It is dropped afterwards."""
    user, name = _mariadb_user(), f"imagehub_{uuid.uuid4().hex[:12]}"
    with pymysql.connect(host="127.0.0.1", user=user, password=_MARIADB[user]) as admin, admin.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name} {options}")
        try:
            yield f"mysql://{user}:{_MARIADB[user]}@127.0.0.1:3306/{name}"
        finally:
            cursor.execute(f"DROP DATABASE {name}")


def _mariadb_user() -> str:
    for attempt in range(2):
        for user, password in _MARIADB.items():
            with suppress(pymysql.Error), pymysql.connect(host="127.0.0.1", user=user, password=password):
                return user
        if attempt == 0:
            _make_mariadb_user()
    missing("MARIADB")


def _make_mariadb_user() -> None:
    """On Debian root may connect by the socket alone at first."""
    grant = f"GRANT ALL ON *.* TO {_ROLE}@'127.0.0.1' IDENTIFIED BY '{_ROLE}'"
    command = ["mariadb", "-e", grant]
    with suppress(OSError):
        subprocess.run(command, capture_output=True, check=False, timeout=20)


@contextmanager
def rabbitmq_broker(queue: str) -> Iterator[str]:
    """Yield the URL of the running RabbitMQ. ``queue`` is deleted afterwards."""
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
