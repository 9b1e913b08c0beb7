"""What a visitor is replied who asks without CloudFront: viewer-request, S3 and the renderer in one.

A browser gets the reply as it is, so it has what CloudFront's response headers policy adds, and answers conditions.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from edge.contract.errors import InternalError
from edge.contract.reply import Reply
from edge.payload.http_api import VisitorRequest
from edge.payload.reading import answer_reading, not_modified
from edge.payload.reply import MAX_RAW_BODY
from edge.rendering.origin_exchange import OriginExchange
from edge.rendering.responder import Responder, reply_instead
from edge.visitor_url import read_visitor_url

#: As in the template's response headers policy, without CORS, which HTTP APIs do themselves.
POLICY_HEADERS = {"Cross-Origin-Resource-Policy": "cross-origin", "Vary": "Accept"}


def answer_visitor(request: VisitorRequest, open_responder: Callable[[], Responder]) -> Reply:
    """The variant that a public URL names, or an error, whatever goes wrong."""
    reply = answer_reading(request, lambda: _answer(request, open_responder))
    return replace(reply, headers={**POLICY_HEADERS, **reply.headers})


def _answer(request: VisitorRequest, open_responder: Callable[[], Responder]) -> Reply:
    asked = read_visitor_url(request.path, request.query, request.accept)
    exchange = OriginExchange(asked.variant.uri, request.method, None, query=asked.query, limit=MAX_RAW_BODY)
    reply = reply_instead(exchange, open_responder)
    if reply.status == 302:
        return _redirect_to_cdn(reply, request.cdn)
    if reply.status == 200 and request.has(reply.headers.get("ETag", "")):
        return not_modified(reply)
    return reply


def _redirect_to_cdn(reply: Reply, cdn: str) -> Reply:
    """The redirect to the image's URL at CloudFront, which has no limit for what is stored."""
    if not cdn:
        raise InternalError("cdn_unknown", "This image is too large for this API. Request it from the CDN.")
    return replace(reply, headers={**reply.headers, "Location": cdn + reply.headers["Location"]})
