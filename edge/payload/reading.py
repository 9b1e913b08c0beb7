"""What is the same for every route that only reads: methods, errors and conditions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from edge.contract.errors import MethodNotAllowed
from edge.contract.reply import Reply, error_reply
from edge.payload.http_api import VisitorRequest
from edge.rendering.responder import as_edge_error

#: RFC 9110, section 15.4.5: what a 304 has of the headers of the 200.
_OF_NOT_MODIFIED = ("Cache-Control", "ETag", "Last-Modified")


def answer_reading(request: VisitorRequest, answer: Callable[[], Reply]) -> Reply:
    """What ``answer`` replies to GET and HEAD, or the error that it raises, whatever goes wrong."""
    try:
        if request.method not in ("GET", "HEAD"):
            raise MethodNotAllowed.only_reading(request.method)
        return answer()
    except Exception as error:
        failure = as_edge_error(error)
    reply = error_reply(failure, request.method)
    if not isinstance(failure, MethodNotAllowed):
        return reply
    return replace(reply, headers={"Allow": "GET, HEAD", **reply.headers})


def not_modified(reply: Reply) -> Reply:
    """The 304 in place of ``reply``."""
    return Reply(304, {name: reply.headers[name] for name in _OF_NOT_MODIFIED if name in reply.headers}, None)
