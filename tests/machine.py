"""What tests need of the machine that they run on: this project's folder, free ports, and time."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

ROOT = Path(__file__).parents[1]


def free_ports(count: int) -> list[int]:
    """As many different ones."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


def free_port() -> int:
    return free_ports(1)[0]


def wait_until(condition: Callable[[], object], explain: Callable[[], object] = str, seconds: float = 30) -> None:
    """`AssertionError` with what ``explain`` gives where ``condition`` does not hold in time."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, explain()
        time.sleep(0.05)
