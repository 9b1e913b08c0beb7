"""A reply of an edge location, before the headers that CloudFront adds."""

from __future__ import annotations

from dataclasses import dataclass

from infra.local.cloudfront.messages import HttpResponse


@dataclass(frozen=True, slots=True)
class EdgeReply:
    """A reply, what ``X-Cache`` calls it, and its age in seconds.

    A ``complete`` one has not been reduced to the viewer's range or conditions yet.
    """

    response: HttpResponse
    x_cache: str
    age: int | None = None
    complete: bool = True


def describe(response: HttpResponse, x_cache: str, age: int | None = None) -> EdgeReply:
    """CloudFront calls every cached or fetched error "Error", also one that it answers from the cache."""
    return EdgeReply(response, "Error" if response.status >= 400 else x_cache, age)
