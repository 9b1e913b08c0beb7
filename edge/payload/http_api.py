"""Requests to an HTTP API of API Gateway: a visitor's own, with the public URL.

An HTTP API decodes ``rawPath``, unlike a function URL, and cuts it at a decoded "?", so no key can contain one there.
https://github.com/middleapi/standard-server/pull/93
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from edge.contract.url_path import encode_path
from edge.payload.event import PayloadEvent, header


@dataclass(frozen=True, slots=True)
class VisitorRequest:
    """``path`` and ``query`` are percent-encoded; ``cdn`` is the address of the CDN that shows the same images."""

    path: str
    query: str
    method: str
    accept: str = ""
    if_none_match: str = ""
    cdn: str = ""

    def has(self, etag: str) -> bool:
        """Whether the browser has the image: the weak comparison of RFC 9110, section 13.1.2."""
        listed = {each.strip().removeprefix("W/") for each in self.if_none_match.split(",")}
        return bool(etag) and ("*" in listed or etag.removeprefix("W/") in listed)


def read_visitor_request(event: PayloadEvent) -> VisitorRequest:
    """The request, with the path below its route: ``/v1/files`` in ``GET /v1/files/{key+}`` is the API's."""
    whole = read_whole_request(event, decoded=True)
    return replace(whole, path=whole.path.removeprefix(_base_path(event["routeKey"])))


def read_whole_request(event: PayloadEvent, *, decoded: bool) -> VisitorRequest:
    """The request with its whole path. ``decoded`` says that an HTTP API received it, and not a function URL."""
    return VisitorRequest(
        _encode(event["rawPath"]) if decoded else event["rawPath"],
        event["rawQueryString"],
        event["requestContext"]["http"]["method"],
        header(event, "accept"),
        header(event, "if-none-match"),
        (event.get("stageVariables") or {}).get("cdn", "").rstrip("/"),
    )


def _base_path(route_key: str) -> str:
    """What stands before the variable part of a route; nothing for ``$default``."""
    _, _, route = route_key.partition(" ")
    return route.partition("/{")[0]


def _encode(path: str) -> str:
    """The path as it was sent, but for the choice of escapes.

    Observers disagree whether "%25" is decoded too. A bare "%" can only be a decoded one; "%25" is taken for one that
    was not, so the one key that cannot be requested has "%25" in its name.
    """
    text = path.replace("%25", "%").encode("utf-8", "replace").decode()
    return encode_path(text)
