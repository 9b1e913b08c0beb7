"""The origin-response handler: if S3 has no such variant, it is rendered, stored and returned."""

from __future__ import annotations

import logging

from edge import lambda_event
from edge.contract.errors import InternalError
from edge.contract.reply import error_reply
from edge.lambda_event import CloudFrontRequest, CloudFrontResponse, LambdaEvent
from edge.rendering.open_responder import open_responder
from edge.rendering.origin_exchange import OriginExchange
from edge.rendering.responder import Responder, respond

log = logging.getLogger("imagehub.origin_response")


def handler(event: LambdaEvent, _context: object) -> CloudFrontResponse:
    """S3's answer as it is if it is the variant, else ours in its place."""
    try:
        cf = event["Records"][0]["cf"]
        request, response = cf["request"], cf["response"]
        reply = respond(_exchange(request, response), lambda: _responder_for(request))
    except Exception:
        log.exception("not an event as CloudFront sends them")
        return lambda_event.generate(error_reply(InternalError.unexpected(), ""))
    return lambda_event.fill(response, reply) if reply else response


def _exchange(request: CloudFrontRequest, response: CloudFrontResponse) -> OriginExchange:
    date = lambda_event.header(response["headers"], "date")
    query = lambda_event.verified_query(request)
    return OriginExchange(request["uri"], request["method"], int(response["status"]), date, query)


def _responder_for(request: CloudFrontRequest) -> Responder:
    return open_responder(lambda_event.store_location(request), lambda_event.renders(request))
