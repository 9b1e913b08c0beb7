"""Signed HTTP requests to one AWS endpoint, over persistent connections, with one retry of temporary failures."""

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
    """Seconds to connect, and seconds without a byte from the server after that."""

    connect: float = 2.0
    read: float = 10.0


@dataclass(frozen=True, slots=True)
class AwsResponse:
    """A response, read completely; header names are lower-case. ``tries`` is how often the request was sent."""

    status: int
    headers: dict[str, str]
    body: bytes
    tries: int = 1

    @property
    def code(self) -> str:
        """S3's error code; empty if there is none, or no body that could tell (HEAD)."""
        match = _CODE.search(self.body) if self.status >= 300 else None
        return match[1].decode() if match else ""

    @property
    def is_temporary_failure(self) -> bool:
        """Whether the service itself failed, so that a retry may succeed."""
        return self.status >= 500 or self.status == 429 or self.code == "RequestTimeout"


#: Called with the headers of a successful response before its body is read. May raise to reject it.
HeaderCheck = Callable[[Mapping[str, str]], None]


def _accept(_headers: Mapping[str, str]) -> None:
    """A check that rejects nothing."""


class AwsClient:
    """Signed requests to ``endpoint`` (``https://host[:port]``). Safe to share between threads and across a fork."""

    def __init__(
        self, endpoint: str, service: Service, credentials: Callable[[], Credentials], timeouts: Timeouts | None = None
    ) -> None:
        parts = urlsplit(endpoint)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/") or parts.query:
            raise ValueError(f"{endpoint!r} is not an endpoint. Write http[s]://host[:port].")
        self._host, self._port, self._authority = parts.hostname, parts.port, parts.netloc
        self._tls = ssl.create_default_context() if parts.scheme == "https" else None
        self._service, self._credentials, self._timeouts = service, credentials, timeouts or Timeouts()
        self._idle: deque[HTTPConnection] = deque()
        self._process = os.getpid()
        weakref.finalize(self, _close_all, self._idle)

    def send(self, request: AwsRequest, max_bytes: int | None = None, check: HeaderCheck = _accept) -> AwsResponse:
        """The response to a request that may safely be sent twice.

        Raises `TooLarge`, `StorageUnavailable`, and whatever ``check`` raises.
        """
        response = self._try(request, max_bytes, check)
        if isinstance(response, Exception) or response.is_temporary_failure:
            time.sleep(_BACK_OFF)
            _close_all(self._idle)  # they may all be stale
            response = self._try(request, max_bytes, check)
            if isinstance(response, Exception):
                raise StorageUnavailable(f"{self._authority} does not answer: {response!r}") from response
            if response.is_temporary_failure:
                raise StorageUnavailable(f"{self._authority} fails: {response.status} {response.code}")
            response = replace(response, tries=2)
        return response

    def _try(
        self, request: AwsRequest, max_bytes: int | None, check: HeaderCheck
    ) -> AwsResponse | OSError | HTTPException:
        request = replace(request, headers={**request.headers, "host": self._authority})
        headers = sign(request, self._service, self._credentials(), datetime.now(UTC))
        connection = self._idle_connection() or self._new_connection()
        try:
            return self._exchange(connection, request, headers, max_bytes, check)
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
        check: HeaderCheck,
    ) -> AwsResponse:
        try:
            if connection.sock is None:
                connection.connect()
                cast(socket, connection.sock).settimeout(self._timeouts.read)
            connection.request(request.method, request.target, request.body or None, headers)
            response = connection.getresponse()
            received = {name.lower(): value for name, value in response.getheaders()}
            if response.status < 300:
                check(received)
            body = _read(response, max_bytes)
        except BaseException:  # the rest of this response would be read as the next one
            connection.close()
            raise
        return AwsResponse(response.status, received, body)

    def _new_connection(self) -> HTTPConnection:
        if self._tls is not None:
            return HTTPSConnection(self._host, self._port, timeout=self._timeouts.connect, context=self._tls)
        return HTTPConnection(self._host, self._port, timeout=self._timeouts.connect)

    def _idle_connection(self) -> HTTPConnection | None:
        """An open connection that is not in use and that the server has not closed."""
        if self._process != os.getpid():  # a fork inherits the connections of its parent
            _close_all(self._idle)
            self._process = os.getpid()
        with suppress(IndexError):
            while True:
                connection = self._idle.pop()
                if not _is_closed(connection):
                    return connection
                connection.close()
        return None


def _is_closed(connection: HTTPConnection) -> bool:
    """Whether an idle connection is readable, which means that the server has closed it."""
    poll = select.poll()
    poll.register(connection.sock, select.POLLIN)
    return bool(poll.poll(0))


def _read(response: HTTPResponse, max_bytes: int | None) -> bytes:
    """The whole body. `http.client` notices a truncated one only if it is read in one call."""
    if max_bytes is None or response.status >= 300:
        return response.read()
    length = response.length
    if length is not None and length > max_bytes:
        raise TooLarge(f"the object has {length} bytes; at most {max_bytes} are allowed")
    body = response.read(max_bytes + 1)
    if len(body) > max_bytes:
        raise TooLarge(f"the object has more than the {max_bytes} bytes that are allowed")
    if length is not None and len(body) < length:
        raise IncompleteRead(body, length - len(body))
    return body


def _close_all(connections: deque[HTTPConnection]) -> None:
    with suppress(IndexError):
        while True:
            connections.pop().close()
