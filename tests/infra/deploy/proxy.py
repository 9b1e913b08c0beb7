"""An HTTP proxy that sends every request to one server, whatever host it names."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

import urllib3


@contextmanager
def run_proxy(target: str) -> Iterator[str]:
    """Yield the proxy's address."""
    handler = type("Handler", (_Handler,), {"target": target})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    target: str

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        path = urlsplit(self.path).path
        reply = urllib3.request(
            self.command, f"{self.target}{path}", headers=dict(self.headers), body=body, retries=False, timeout=20
        )
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            if name.lower() not in ("content-length", "transfer-encoding", "connection", "date", "server"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(reply.data)))
        self.end_headers()
        self.wfile.write(reply.data)

    do_PUT = do_GET

    def log_message(self, format: str, *args: Any) -> None:
        """Not on stderr."""
