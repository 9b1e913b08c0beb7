"""Generated replies as values, and the reply for an error. See "Answers" in docs/architecture.md."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from edge.contract.cache_control import NO_STORE, error_lifetime
from edge.contract.cache_tags import CACHE_TAG_HEADER
from edge.contract.content_disposition import content_disposition
from edge.contract.errors import EdgeError

#: The error's code, also when the body is a fallback image.
ERROR_HEADER = "X-Imagehub-Error"


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply of our own. ``body`` is text, bytes, or `None` for a reply to HEAD."""

    status: int
    headers: Mapping[str, str]
    body: str | bytes | None

    @property
    def all_headers(self) -> dict[str, str]:
        """``headers``, and what every reply has: browsers must not guess another type than the one that is named."""
        return {"X-Content-Type-Options": "nosniff", **self.headers}


@dataclass(frozen=True, slots=True)
class FallbackImage:
    """The image that replaces the body of an error."""

    body: bytes
    content_type: str


def error_reply(
    error: EdgeError, method: str, *, kept: bool = False, tags: str = "", image: FallbackImage | None = None
) -> Reply:
    """The reply for ``error``: JSON, or ``image`` in its place.

    CloudFront keeps it for the error's lifetime if ``kept``, and under the cache tags ``tags``.
    """
    body: bytes | str = image.body if image else json.dumps(error.as_dict())
    headers = {
        "Content-Type": image.content_type if image else "application/json",
        ERROR_HEADER: error.code,
        "Cache-Control": error_lifetime(error.status) if kept and method != "HEAD" else NO_STORE,
    }
    if image:
        headers["Content-Disposition"] = content_disposition("fallback.", image.content_type)
    if tags:
        headers[CACHE_TAG_HEADER] = tags
    return Reply(error.status, headers, None if method == "HEAD" else body)
