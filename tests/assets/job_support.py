"""Helpers for tests of jobs: HTTP servers that answer as told, the broker's messages, variants in storage, settings."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

from celery.signals import after_task_publish

from edge.storage.objects.store import Store

#: An answer: a status, a body, and headers besides.
Answer = tuple[int, bytes, dict[str, str]]
Answering = Callable[[BaseHTTPRequestHandler], Answer]


@dataclass
class Server:
    """An HTTP server and the requests that it got: path and ``Accept`` header."""

    url: str
    asked: list[tuple[str, str | None]] = field(default_factory=list)


@contextmanager
def serving(answer: Answering) -> Iterator[Server]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            server.asked.append((self.path, self.headers.get("Accept")))
            status, body, headers = answer(self)
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_PUT = do_GET

        def log_message(self, *_: Any) -> None:
            """Nothing on stderr."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        server = Server(f"http://127.0.0.1:{http.server_port}")
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            http.shutdown()
            thread.join()


def aws_error(status: int, code: str, message: str = "No.") -> Answer:
    """An error in the format of CloudFront's API."""
    namespace = "http://cloudfront.amazonaws.com/doc/2020-05-31/"
    error = f"<Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>"
    body = f'<ErrorResponse xmlns="{namespace}">{error}<RequestId>1</RequestId></ErrorResponse>'
    return status, body.encode(), {"Content-Type": "text/xml"}


@dataclass(frozen=True)
class Message:
    """A message in the broker. ``waits`` tells whether it has a delay."""

    task: str
    arguments: tuple[Any, ...]
    waits: bool


@contextmanager
def listening() -> Iterator[list[Message]]:
    """The messages that go to the broker inside the ``with`` block."""
    sent: list[Message] = []

    def remember(sender: str, body: Any, headers: dict[str, Any], **_: Any) -> None:
        sent.append(Message(sender, tuple(body[0]), headers["eta"] is not None))

    after_task_publish.connect(remember)
    try:
        yield sent
    finally:
        after_task_publish.disconnect(remember)


def put_variants(store: Store, key: str, count: int = 3) -> list[str]:
    """Store some variants of the asset ``key``. Returns their object keys."""
    names = [f"variants/{key}/1f2e3d4c.00000000/w{100 * (index + 1)}.webp" for index in range(count)]
    for name in names:
        store.put(name, b"image", content_type="image/webp")
    return names


def configure(settings: Any, location: str, url: str = "http://127.0.0.1:9", distribution: str = "") -> None:
    """Keep everything in the directory at ``location``, with the CDN and its API at ``url``."""
    settings.IMAGEHUB = {
        "CDN_URL": url,
        "STORE": location,
        "DISTRIBUTION_ID": distribution,
        "CLOUDFRONT_ENDPOINT": url,
    }
    folder = unquote(urlsplit(location).path)
    originals = {"BACKEND": "assets.storage.DirectoryOriginals", "OPTIONS": {"location": folder}}
    settings.STORAGES = {**settings.STORAGES, "originals": originals}
