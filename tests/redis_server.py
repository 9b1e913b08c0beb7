"""A Redis server of a test's own: no other process can use it, so tests may run at the same time as anything else."""

from __future__ import annotations

import secrets
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import redis

from tests.machine import free_port
from tests.services import missing

_ATTEMPTS = 5
_READY_SECONDS = 20


@contextmanager
def redis_broker(*options: str) -> Iterator[str]:
    """Start an empty server with ``options`` and yield its URL.

    Without the `redis-server` command the test is skipped loudly.
    """
    binary = shutil.which("redis-server")
    if binary is None:
        missing("REDIS", "install Debian's package redis-server (make test does so as root)")
    with TemporaryDirectory() as folder:
        process, url = _start([binary, *options], Path(folder))
        try:
            yield url
        finally:
            process.kill()
            process.wait()


def _start(command: list[str], folder: Path) -> tuple[subprocess.Popen[bytes], str]:
    """Another process may take a free port before the server binds it; then the server ends, and the next one is tried.

    The password proves that the answer comes from this server.
    """
    for _ in range(_ATTEMPTS):
        port, password = free_port(), secrets.token_hex()
        own = ["--port", str(port), "--bind", "127.0.0.1", "--requirepass", password, "--save", ""]
        with (folder / "log.txt").open("wb") as log:
            process = subprocess.Popen([*command, *own, "--dir", str(folder)], stdout=log, stderr=log)
        if _is_ready(process, port, password):
            return process, f"redis://:{password}@127.0.0.1:{port}/0"
        process.kill()
        process.wait()
    raise RuntimeError(f"redis-server does not start: {(folder / 'log.txt').read_text()[-2000:]}")


def _is_ready(process: subprocess.Popen[bytes], port: int, password: str) -> bool:
    deadline = time.monotonic() + _READY_SECONDS
    with redis.Redis(port=port, password=password, socket_connect_timeout=3) as client:
        while process.poll() is None and time.monotonic() < deadline:
            with suppress(redis.RedisError):
                return bool(client.ping())
            time.sleep(0.02)
    return False
