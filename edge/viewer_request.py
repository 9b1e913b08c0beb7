"""The viewer-request handler: a public URL becomes a variant key in the best format that the browser accepts."""

from __future__ import annotations

import logging

from edge import lambda_event
from edge.contract.errors import EdgeError, InternalError
from edge.contract.reply import error_reply
from edge.lambda_event import CloudFrontRequest, CloudFrontResponse, LambdaEvent
from edge.visitor_url import read_visitor_url

log = logging.getLogger("imagehub.viewer_request")


def handler(event: LambdaEvent, _context: object) -> CloudFrontRequest | CloudFrontResponse:
    """The request with its URI rewritten, or a generated error. No I/O except for signing keys."""
    method = ""
    try:
        request = event["Records"][0]["cf"]["request"]
        method = request["method"]
        accept = lambda_event.header(request["headers"], "accept")
        rewritten = read_visitor_url(request["uri"], request["querystring"], accept)
        request["uri"], request["querystring"] = rewritten.variant.uri, ""
        lambda_event.set_verified_query(request, rewritten.query)
    except EdgeError as error:
        return lambda_event.generate(error_reply(error, method))
    except Exception:
        log.exception("unexpected")
        return lambda_event.generate(error_reply(InternalError.unexpected(), method))
    return request
