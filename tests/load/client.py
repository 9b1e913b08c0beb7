"""Visitors: concurrent connections that send one request after another and check each reply."""

from __future__ import annotations

import http.client
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from threading import Lock, Thread
from urllib.parse import urlsplit

CONNECTIONS = 16


@dataclass(frozen=True, slots=True)
class Ask:
    """One request, and the acceptable statuses. ``about`` is for the caller."""

    target: str
    right: frozenset[int] = frozenset({200})
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    about: object = None


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    headers: Mapping[str, str]
    body: bytes


Check = Callable[[Ask, Reply], str | None]


@dataclass
class Visit:
    """The replies: how often each status, and the errors."""

    statuses: Counter[int] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    @property
    def requests(self) -> int:
        return self.statuses.total()


def flood(url: str, asks: Iterator[Ask], check: Check, connections: int = CONNECTIONS) -> Visit:
    """Send all of ``asks``, which may be endless, over concurrent connections."""
    visit, lock, address = Visit(), Lock(), urlsplit(url).netloc

    def run() -> None:
        connection = http.client.HTTPConnection(address, timeout=60)
        while True:
            with lock:
                ask = next(asks, None)
            if ask is None:
                return connection.close()
            try:
                reply = _exchange(connection, ask)
                wrong = check(ask, reply) if reply.status in ask.right else f"{reply.status} {reply.body[:200]!r}"
            except (OSError, http.client.HTTPException) as error:
                connection.close()
                reply, wrong = Reply(0, {}, b""), repr(error)
            with lock:
                visit.statuses[reply.status] += 1
                if wrong:
                    visit.wrong.append(f"{ask.method} {ask.target[:200]}: {wrong}")

    threads = [Thread(target=run) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return visit


def _exchange(connection: http.client.HTTPConnection, ask: Ask) -> Reply:
    connection.request(ask.method, ask.target, headers=dict(ask.headers))
    reply = connection.getresponse()
    return Reply(reply.status, {name.lower(): value for name, value in reply.getheaders()}, reply.read())
