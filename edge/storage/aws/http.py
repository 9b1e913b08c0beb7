"""HTTP to one AWS endpoint: connections are kept, every request is signed, what fails in passing is tried again."""

from __future__ import annotations

import os
import re
import select
import ssl
import time
import weakref
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection, IncompleteRead
from socket import socket
from typing import cast
from urllib.parse import urlsplit

from edge.storage.aws.sigv4 import AwsRequest, Credentials, Service, sign
from edge.storage.errors import StorageUnavailable, TooLarge

_BACK_OFF = 0.1
_CODE = re.compile(rb"<Code>(\w{1,100})</Code>")


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds: for a connection to stand, and for the other side's silence after that."""

    connect: float = 2.0
    read: float = 10.0


@dataclass(frozen=True, slots=True)
class AwsResponse:
    """An answer, read to its end; header names are lower-case. ``tries`` tells how often the request was sent."""

    status: int
    headers: dict[str, str]
    body: bytes
    tries: int = 1

    @property
    def code(self) -> str:
        """S3's name for the error; empty where there is none, or where the answer cannot tell (HEAD)."""
        match = _CODE.search(self.body) if self.status >= 300 else None
        return match[1].decode() if match else ""

    @property
    def failed(self) -> bool:
        """The service has a trouble of its own, which may have passed when it is asked again."""
        return self.status >= 500 or self.status == 429 or self.code == "RequestTimeout"


HeaderCheck = Callable[[Mapping[str, str]], None]


def _take(_headers: Mapping[str, str]) -> None:
    """Every answer is read."""


class AwsClient:
    """Signed requests to ``endpoint`` (``https://host[:port]``). Safe to share between threads, and to fork with."""

    def __init__(
        self, endpoint: str, service: Service, credentials: Callable[[], Credentials], timeouts: Timeouts | None = None
    ) -> None:
        parts = urlsplit(endpoint)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/") or parts.query:
            raise ValueError(f"an endpoint is http[s]://host[:port], not {endpoint!r}")
        self._host, self._port, self._authority = parts.hostname, parts.port, parts.netloc
        self._tls = ssl.create_default_context() if parts.scheme == "https" else None
        self._service, self._credentials, self._timeouts = service, credentials, timeouts or Timeouts()
        self._idle: deque[HTTPConnection] = deque()
        self._process = os.getpid()
        weakref.finalize(self, _close_all, self._idle)

    def send(self, request: AwsRequest, max_bytes: int | None = None, look: HeaderCheck = _take) -> AwsResponse:
        """The answer to a request that may safely be sent twice; `TooLarge`, `StorageUnavailable`.

        ``look`` sees the headers of a good one first, and may raise what it likes instead of having the body read.
        """
        reply = self._attempt(request, max_bytes, look)
        if isinstance(reply, Exception) or reply.failed:
            time.sleep(_BACK_OFF)
            _close_all(self._idle)  # they may be stale all together
            reply = self._attempt(request, max_bytes, look)
            if isinstance(reply, Exception):
                raise StorageUnavailable(f"{self._authority} does not answer: {reply!r}") from reply
            if reply.failed:
                raise StorageUnavailable(f"{self._authority} fails: {reply.status} {reply.code}")
            reply = replace(reply, tries=2)
        return reply

    def _attempt(
        self, request: AwsRequest, max_bytes: int | None, look: HeaderCheck
    ) -> AwsResponse | OSError | HTTPException:
        request = replace(request, headers={**request.headers, "host": self._authority})
        headers = sign(request, self._service, self._credentials(), datetime.now(UTC))
        connection = self._kept() or self._new()
        try:
            return self._exchange(connection, request, headers, max_bytes, look)
        except (OSError, HTTPException) as error:
            return error
        finally:
            if connection.sock is not None:
                self._idle.append(connection)

    def _exchange(
        self,
        connection: HTTPConnection,
        request: AwsRequest,
        headers: dict[str, str],
        max_bytes: int | None,
        look: HeaderCheck,
    ) -> AwsResponse:
        try:
            if connection.sock is None:
                connection.connect()
                cast(socket, connection.sock).settimeout(self._timeouts.read)
            connection.request(request.method, request.target, request.body or None, headers)
            response = connection.getresponse()
            facts = {name.lower(): value for name, value in response.getheaders()}
            if response.status < 300:
                look(facts)
            body = _read(response, max_bytes)
        except BaseException:  # whatever it was, what comes next on this connection is not our next answer
            connection.close()
            raise
        return AwsResponse(response.status, facts, body)

    def _new(self) -> HTTPConnection:
        if self._tls is not None:
            return HTTPSConnection(self._host, self._port, timeout=self._timeouts.connect, context=self._tls)
        return HTTPConnection(self._host, self._port, timeout=self._timeouts.connect)

    def _kept(self) -> HTTPConnection | None:
        """An open connection that nobody uses now, and that the other side has not closed meanwhile."""
        if self._process != os.getpid():  # a fork has our parent's connections
            _close_all(self._idle)
            self._process = os.getpid()
        with suppress(IndexError):
            while True:
                connection = self._idle.pop()
                if not _has_news(connection):
                    return connection
                connection.close()
        return None


def _has_news(connection: HTTPConnection) -> bool:
    """Whether a connection that should be silent is readable: it was closed."""
    poll = select.poll()
    poll.register(connection.sock, select.POLLIN)
    return bool(poll.poll(0))


def _read(response: HTTPResponse, max_bytes: int | None) -> bytes:
    """The whole body. `http.client` tells of a cut one only where it is read in one go."""
    if max_bytes is None or response.status >= 300:
        return response.read()
    length = response.length
    if length is not None and length > max_bytes:
        raise TooLarge(f"{length} bytes; at most {max_bytes} are taken")
    body = response.read(max_bytes + 1)
    if len(body) > max_bytes:
        raise TooLarge(f"at most {max_bytes} bytes are taken")
    if length is not None and len(body) < length:
        raise IncompleteRead(body, length - len(body))
    return body


def _close_all(connections: deque[HTTPConnection]) -> None:
    with suppress(IndexError):
        while True:
            connections.pop().close()
