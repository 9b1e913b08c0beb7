"""HTTP requests and responses: headers in order, their names in lower case."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

Headers = tuple[tuple[str, str], ...]

#: The longest URL that CloudFront accepts, in bytes:
#: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html
MAX_URL = 8192

REASONS: Mapping[int, str] = {
    200: "OK",
    206: "Partial Content",
    304: "Not Modified",
    400: "Bad Request",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    412: "Precondition Failed",
    413: "Request Entity Too Large",
    416: "Requested Range Not Satisfiable",
    502: "Bad Gateway",
    503: "Service Unavailable",
}


def find(headers: Headers, name: str) -> str | None:
    """Return all values of the header ``name``, joined by commas, or None if it is absent."""
    values = [value for known, value in headers if known == name]
    return ", ".join(values) if values else None


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """``uri`` and ``querystring`` as received: percent-encoded, without the ``?`` between them."""

    method: str
    uri: str
    querystring: str = ""
    headers: Headers = ()
    client_ip: str = "127.0.0.1"

    def header(self, name: str) -> str | None:
        return find(self.headers, name)

    @property
    def url(self) -> str:
        return f"{self.uri}?{self.querystring}" if self.querystring else self.uri


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """A status, headers and a body without any transfer encoding."""

    status: int
    headers: Headers = ()
    body: bytes = b""

    def header(self, name: str) -> str | None:
        return find(self.headers, name)

    def with_headers(self, added: Iterable[tuple[str, str]]) -> HttpResponse:
        """Return a copy with ``added``, which replace headers of the same names."""
        added = tuple(added)
        names = {name for name, _ in added}
        return replace(self, headers=(*(pair for pair in self.headers if pair[0] not in names), *added))

    def without_headers(self, names: Iterable[str]) -> HttpResponse:
        removed = frozenset(names)
        return replace(self, headers=tuple(pair for pair in self.headers if pair[0] not in removed))

    def without_body(self) -> HttpResponse:
        return replace(self, body=b"")
