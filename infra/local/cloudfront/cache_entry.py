"""A cached reply, without its body."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from infra.local.cloudfront.messages import Headers, HttpResponse, find


@dataclass(frozen=True, slots=True)
class CacheEntry:
    """``uri`` and ``viewer_uri`` are the paths after and before viewer-request; ``size`` is the body's, in bytes.

    Times are Unix times.
    """

    key: str
    uri: str
    viewer_uri: str
    status: int
    headers: Headers
    tags: frozenset[str]
    stored_at: float
    expires_at: float
    size: int

    def is_fresh(self, now: float) -> bool:
        return now < self.expires_at

    def header(self, name: str) -> str | None:
        return find(self.headers, name)

    def response(self, body: bytes) -> HttpResponse:
        return HttpResponse(self.status, self.headers, body)

    def to_json(self) -> bytes:
        """One line, without a line break at its end."""
        return json.dumps(asdict(self) | {"tags": sorted(self.tags)}).encode()

    @classmethod
    def from_json(cls, line: bytes) -> CacheEntry:
        """Raises `ValueError`, `TypeError` or `KeyError` if ``line`` is not an entry."""
        fields = json.loads(line)
        headers = tuple((name, value) for name, value in fields.pop("headers"))
        return cls(headers=headers, tags=frozenset(fields.pop("tags")), **fields)
