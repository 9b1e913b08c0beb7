"""The gateway as a worker: a request of an HTTP API, fetched, rendered, stored and replied."""

from __future__ import annotations

from base64 import b64decode
from typing import Any

from edge import gateway
from tests.bench.engines.serve import Answer, keep, serve
from tests.bench.timing import cpu_seconds


def sih(event: Any, out: str | None = None) -> Answer:
    """The reply to an old URL; the time is the processor's, of all threads and child processes."""
    replies: list[Any] = []
    seconds = cpu_seconds(lambda: replies.append(gateway.handler(event, None)))
    (reply,) = replies
    if reply["statusCode"] != 200:
        raise ValueError(f"{reply['statusCode']} {reply['body'][:200]}")
    body = b64decode(reply["body"])
    keep(out, body)
    return {"ms": seconds * 1000, "bytes": len(body)}


if __name__ == "__main__":
    serve({"sih": sih})
