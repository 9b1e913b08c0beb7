"""What a visitor is replied who asks without CloudFront: viewer-request, S3 and the renderer in one.

A browser gets the reply as it is, so it has what CloudFront's response headers policy adds, and answers conditions.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace

from edge.contract.errors import EdgeError, InternalError, MethodNotAllowed
from edge.contract.reply import Reply, error_reply
from edge.payload.http_api import VisitorRequest
from edge.payload.reply import MAX_RAW_BODY
from edge.rendering.origin_exchange import OriginExchange
from edge.rendering.responder import Responder, reply_instead
from edge.visitor_url import read_visitor_url

log = logging.getLogger("imagehub.gateway")

#: As in the template's response headers policy, without CORS, which HTTP APIs do themselves.
POLICY_HEADERS = {"Cross-Origin-Resource-Policy": "cross-origin", "Vary": "Accept"}
#: RFC 9110, section 15.4.5: what a 304 has of the headers of the 200.
_OF_NOT_MODIFIED = ("Cache-Control", "ETag", "Last-Modified")


def answer_visitor(request: VisitorRequest, open_responder: Callable[[], Responder]) -> Reply:
    """The variant that a public URL names, or an error, whatever goes wrong."""
    try:
        reply = _answer(request, open_responder)
    except EdgeError as error:
        reply = error_reply(error, request.method)
    except Exception:
        log.exception("unexpected")
        reply = error_reply(InternalError.unexpected(), request.method)
    allowed = {"Allow": "GET, HEAD"} if reply.status == MethodNotAllowed.status else {}
    return replace(reply, headers={**POLICY_HEADERS, **allowed, **reply.headers})


def _answer(request: VisitorRequest, open_responder: Callable[[], Responder]) -> Reply:
    if request.method not in ("GET", "HEAD"):
        raise MethodNotAllowed.only_reading(request.method)
    asked = read_visitor_url(request.path, request.query, request.accept)
    exchange = OriginExchange(asked.variant.uri, request.method, None, query=asked.query, limit=MAX_RAW_BODY)
    reply = reply_instead(exchange, open_responder)
    if reply.status == 302:
        return _redirect_to_cdn(reply, request.cdn)
    if reply.status == 200 and request.has(reply.headers.get("ETag", "")):
        return Reply(304, {name: reply.headers[name] for name in _OF_NOT_MODIFIED if name in reply.headers}, None)
    return reply


def _redirect_to_cdn(reply: Reply, cdn: str) -> Reply:
    """The redirect to the image's URL at CloudFront, which has no limit for what is stored."""
    if not cdn:
        raise InternalError("cdn_unknown", "This image is too large for this API. Request it from the CDN.")
    return replace(reply, headers={**reply.headers, "Location": cdn + reply.headers["Location"]})
