"""Small bodies in memory, so that a hit on them reads no file."""

from __future__ import annotations

from collections import OrderedDict

_MAX_BODY = 256 * 1024


class Memory:
    """At most ``max_bytes`` of them, the least recently used dropped first."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._bodies: OrderedDict[str, bytes] = OrderedDict()
        self._bytes = 0

    def get(self, key: str) -> bytes | None:
        body = self._bodies.get(key)
        if body is not None:
            self._bodies.move_to_end(key)
        return body

    def put(self, key: str, body: bytes) -> None:
        self.pop(key)
        if len(body) > _MAX_BODY:
            return
        self._bodies[key] = body
        self._bytes += len(body)
        while self._bytes > self._max_bytes:
            self.pop(next(iter(self._bodies)))

    def pop(self, key: str) -> None:
        self._bytes -= len(self._bodies.pop(key, b""))
