"""A PostgreSQL server that checks passwords, and a password that Secrets Manager's rotation changes."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db.utils import ConnectionHandler, OperationalError

from tests.machine import free_ports
from tests.secrets_manager import SigningSecret
from tests.services import missing


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """A server of its own: the one of the machine may let everybody in without a password. Yields its port."""
    programs, port = _programs(), str(free_ports(1)[0])
    # The server refuses to run as root, and its user may not enter pytest's folders.
    become = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off"
    with TemporaryDirectory() as name:
        folder = Path(name)
        if become:
            shutil.chown(folder, "postgres")
        (folder / "password").write_text("first")
        (folder / "password").chmod(0o644)

        def run(program: str, *arguments: str | Path) -> None:
            command = [*become, str(programs / program), "-D", str(folder / "data"), *map(str, arguments)]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=folder)

        run("initdb", "-U", "app", "-A", "scram-sha-256", "--pwfile", folder / "password")
        run("pg_ctl", "-w", "-l", folder / "log", "-o", options, "start")
        yield port
        run("pg_ctl", "-w", "-m", "immediate", "stop")


def _programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    beside = shutil.which("initdb")
    if not found and not beside:
        missing("POSTGRESQL PROGRAMS", "apt-get install postgresql")
    return found[-1].parent if found else Path(str(beside)).parent


@pytest.fixture
def secret(secrets_manager: str, server: str, monkeypatch: pytest.MonkeyPatch) -> SigningSecret:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKID")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    secret = SigningSecret(secrets_manager, f"rds/{uuid.uuid4().hex[:8]}")
    write(secret, "first")
    return secret


def write(secret: SigningSecret, password: str) -> None:
    secret.put(json.dumps({"username": "app", "password": password}))


@pytest.fixture
def connect(secret: SigningSecret, server: str, django_db_blocker: Any) -> Iterator[Any]:
    """Opens a new connection of this process, as a request does, and returns the user."""
    handler = ConnectionHandler(
        {
            "default": {
                "ENGINE": "imagehub.postgresql",
                "HOST": "127.0.0.1",
                "PORT": server,
                "NAME": "postgres",
                "SECRET": secret.location,
            }
        }
    )

    def connect() -> str:
        handler["default"].close()
        with handler["default"].cursor() as cursor:
            cursor.execute("SELECT current_user")
            return str(cursor.fetchone()[0])

    with django_db_blocker.unblock():  # the database is none of Django's own
        yield connect
        handler["default"].close()


@pytest.fixture
def change_password(server: str) -> Iterator[Any]:
    """Changes it in the database, as the rotation does before it changes the secret."""
    passwords = ["first"]

    def change_password(new: str) -> None:
        address = f"host=127.0.0.1 port={server} user=app dbname=postgres password={passwords[-1]}"
        with psycopg.connect(address, autocommit=True) as admin:
            admin.execute(f"ALTER ROLE app PASSWORD '{new}'".encode())
        passwords.append(new)

    yield change_password
    change_password("first")


def test_user_and_password_come_from_the_secret(connect: Any) -> None:
    assert connect() == "app"


def test_a_rotated_password_is_taken_without_a_restart(
    connect: Any, secret: SigningSecret, change_password: Any
) -> None:
    assert connect() == "app"
    change_password("second")
    write(secret, "second")
    assert connect() == "app"
    change_password("third")
    write(secret, "third")
    assert connect() == "app"


def test_a_password_that_is_wrong_in_the_secret_too_is_the_servers_error(connect: Any, change_password: Any) -> None:
    assert connect() == "app"
    change_password("second")
    with pytest.raises(OperationalError, match="password authentication failed"):
        connect()


def test_the_secret_is_read_once_for_many_connections(
    connect: Any, secret: SigningSecret, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect()
    write(secret, "wrong")  # nobody looks, since the password that is known works
    assert [connect() for _ in range(3)] == ["app"] * 3


def test_a_secret_of_another_form_is_named(connect: Any, secret: SigningSecret) -> None:
    secret.put("{}")
    with pytest.raises(ImproperlyConfigured, match="is not JSON with username and password"):
        connect()
