"""A server on a real socket that answers each request as the test scripts it, faults included."""

from __future__ import annotations

import socket
import socketserver
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

#: Handles one request; returns whether to keep the connection.
Step = Callable[[socket.socket], bool]


def answer(status: str, body: bytes = b"", *, keep_alive: bool = True, **headers: str) -> Step:
    """A complete answer; ``last_modified="…"`` sets a header."""
    return _sends(_spell(status, body, len(body), headers), keep_alive=keep_alive)


def truncated(status: str, body: bytes, length: int) -> Step:
    """An answer that announces ``length`` bytes and ends after ``body``."""
    return _sends(_spell(status, body, length, {}), keep_alive=False)


def hang_up(connection: socket.socket) -> bool:
    """No answer: the connection is closed."""
    return False


def error(status: str, code: str) -> Step:
    """An error in S3's form."""
    return answer(status, f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>No.</Message></Error>".encode())


def _spell(status: str, body: bytes, length: int, headers: dict[str, str]) -> bytes:
    fields = {"etag": '"e"', "last-modified": "Mon, 02 Nov 2026 10:00:00 GMT", "date": "Mon, 02 Nov 2026 11:00:00 GMT"}
    fields |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"HTTP/1.1 {status}", f"content-length: {length}", *(f"{name}: {value}" for name, value in fields.items())]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def _sends(content: bytes, *, keep_alive: bool) -> Step:
    def step(connection: socket.socket) -> bool:
        connection.sendall(content)
        return keep_alive

    return step


class Script(socketserver.ThreadingTCPServer):
    """Plays ``steps``, then stops answering; records the requests."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.steps: list[Step] = []
        self.requests: list[bytes] = []
        self.connections = 0
        self.tls: ssl.SSLContext | None = None
        self.ended = threading.Event()
        self.closed = threading.Event()

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def get_request(self) -> tuple[socket.socket, object]:
        connection, address = super().get_request()
        return self.tls.wrap_socket(connection, server_side=True) if self.tls else connection, address

    def shutdown_request(self, request: socket.socket | tuple[bytes, socket.socket]) -> None:
        super().shutdown_request(request)
        self.closed.set()

    def silence(self, connection: socket.socket) -> bool:
        """The request is read and never answered."""
        self.ended.wait()
        return False


class _Handler(socketserver.StreamRequestHandler):
    server: Script

    def handle(self) -> None:
        self.server.connections += 1
        while request := self._request():
            self.server.requests.append(request)
            step = self.server.steps.pop(0) if self.server.steps else self.server.silence
            if not step(self.connection):
                return

    def _request(self) -> bytes:
        head = b""
        while (line := self.rfile.readline()) not in (b"\r\n", b""):
            head += line
        lengths = [int(line.split(b":")[1]) for line in head.splitlines() if line.lower().startswith(b"content-length")]
        return head and head + b"\r\n" + self.rfile.read(sum(lengths))


@contextmanager
def run_script() -> Iterator[Script]:
    with Script() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.ended.set()
            server.shutdown()
            thread.join()
