"""The header that tells the renderer which query viewer-request verified.

The template's origin request policy forwards it; it is not in the cache key.
"""

from __future__ import annotations

QUERY_HEADER = "X-Imagehub-Query"


def spell_verified_query(query: str) -> str:
    """The header's value. It begins with "?", since nothing says that CloudFront forwards a header without a value."""
    return f"?{query}"


def read_verified_query(value: str) -> str | None:
    """The query in a header's value; `None` if viewer-request did not write it or it was not forwarded."""
    return value[1:] if value.startswith("?") else None
