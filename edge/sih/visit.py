"""A visitor's request to this entry, from the event of a function URL or an HTTP API."""

from __future__ import annotations

from dataclasses import replace

from edge.contract.verified_query import QUERY_HEADER
from edge.payload.event import PayloadEvent, header
from edge.payload.function_url import is_function_url
from edge.payload.http_api import VisitorRequest, read_whole_request


def read_visit(event: PayloadEvent, base_path: str) -> VisitorRequest | None:
    """The request, with its path below ``base_path``; `None` if it is not for this entry."""
    by_function_url = is_function_url(event)
    if by_function_url and header(event, QUERY_HEADER.lower()):
        return None  # of our distribution, for a variant whose key may begin like the path
    request = read_whole_request(event, decoded=not by_function_url)
    if base_path == "/":
        return request
    if not request.path.startswith(f"{base_path}/"):
        return None
    return replace(request, path=request.path[len(base_path) :])
