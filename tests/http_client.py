"""A plain HTTP client: it follows no redirect, decodes no body, retries nothing and normalises no URL."""

from __future__ import annotations

import http.client
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply; the names of its headers are in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def x_cache(self) -> str:
        return self.headers["x-cache"].removesuffix(" from cloudfront")


def ask(base: str, target: str, method: str = "GET", body: bytes | None = None, **headers: str) -> Reply:
    """Request ``target``, the path and query exactly as sent. A header ``if_none_match`` is ``if-none-match``."""
    connection = http.client.HTTPConnection(urlsplit(base).netloc, timeout=30)
    try:
        spelled = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, target, body=body, headers=spelled)
        reply = connection.getresponse()
        return Reply(reply.status, {name.lower(): value for name, value in reply.getheaders()}, reply.read())
    finally:
        connection.close()
