"""Clients that send half of a request and then wait."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

_HEAD = b"GET /admin/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Half: "
_BODY = (
    b"POST /admin/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Forwarded-Proto: https\r\nCookie: csrftoken=" + b"a" * 32
) + b"\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\nusername="


@contextmanager
def half_sent_requests(host: str, port: int, count: int, certificate: str | None = None) -> Iterator[None]:
    """``count`` connections that have sent half of the headers, and as many that have sent half of the body.

    They speak TLS if ``certificate`` names the server's.
    """
    with ExitStack() as stack:
        for request in [_HEAD, _BODY] * count:
            connection = stack.enter_context(socket.create_connection((host, port), timeout=10))
            if certificate:
                context = ssl.create_default_context(cafile=certificate)
                connection = stack.enter_context(context.wrap_socket(connection, server_hostname=host))
            connection.sendall(request)
        yield
