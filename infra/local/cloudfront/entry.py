"""A kept reply, without its body."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from infra.local.cloudfront.messages import Headers, Response, find


@dataclass(frozen=True, slots=True)
class Entry:
    """``uri`` and ``viewer_uri`` are the paths after and before viewer-request; times are unix times."""

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

    def response(self, body: bytes) -> Response:
        return Response(self.status, self.headers, body)

    def to_json(self) -> bytes:
        return json.dumps(asdict(self) | {"tags": sorted(self.tags)}).encode()

    @classmethod
    def from_json(cls, line: bytes) -> Entry:
        facts = json.loads(line)
        headers = tuple((name, value) for name, value in facts.pop("headers"))
        return cls(headers=headers, tags=frozenset(facts.pop("tags")), **facts)
