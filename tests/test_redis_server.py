"""Redis servers that tests run at the same time."""

from __future__ import annotations

import subprocess
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from threading import Barrier

import pytest
import redis

from tests import redis_server
from tests.machine import free_port
from tests.redis_server import redis_broker

pytestmark = pytest.mark.services

RUNS = 6


def test_servers_started_at_the_same_time_are_different_and_empty() -> None:
    everyone_has_written = Barrier(RUNS)

    def use(number: int) -> tuple[str, list[bytes]]:
        with redis_broker() as url, redis.Redis.from_url(url) as client:
            client.set(f"key-{number}", number)
            everyone_has_written.wait(60)
            return url, client.keys()

    with ThreadPoolExecutor(RUNS) as threads:
        found = list(threads.map(use, range(RUNS)))
    assert len({url for url, _ in found}) == RUNS
    assert [keys for _, keys in found] == [[f"key-{number}".encode()] for number in range(RUNS)]


def test_nobody_gets_in_without_the_servers_password() -> None:
    with redis_broker() as url:
        host = url.rpartition("@")[2]
        with redis.Redis.from_url(f"redis://{host}") as client, pytest.raises(redis.AuthenticationError):
            client.set("a", 1)


def test_another_port_is_tried_if_one_is_in_use(monkeypatch: pytest.MonkeyPatch) -> None:
    with ExitStack() as stack:
        first = stack.enter_context(redis_broker())
        taken = int(first.rpartition(":")[2].removesuffix("/0"))
        ports = iter([taken, free_port()])
        monkeypatch.setattr(redis_server, "free_port", lambda: next(ports))
        second = stack.enter_context(redis_broker())
        assert next(ports, None) is None
        with redis.Redis.from_url(second) as client:
            assert client.dbsize() == 0


def test_the_server_ends_with_the_test() -> None:
    with redis_broker() as url:
        command = ["pgrep", "-f", f"redis-server 127.0.0.1:{url.rpartition(':')[2].removesuffix('/0')}"]
        assert subprocess.run(command, capture_output=True, check=False).stdout
    assert not subprocess.run(command, capture_output=True, check=False).stdout
