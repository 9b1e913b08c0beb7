"""The viewer-request handler: a public URL becomes a variant key in the best format that the browser accepts."""

from __future__ import annotations

import logging
import time

from edge import lambda_event
from edge.contract.errors import EdgeError, InternalError, ServiceUnavailable
from edge.contract.policy import load_policy
from edge.contract.reply import error_reply
from edge.contract.rewrite import RewrittenUrl, rewrite_url
from edge.contract.signing import SigningKey
from edge.lambda_event import CloudFrontRequest, CloudFrontResponse, LambdaEvent

log = logging.getLogger("imagehub.viewer_request")


def handler(event: LambdaEvent, _context: object) -> CloudFrontRequest | CloudFrontResponse:
    """The request with its URI rewritten, or a generated error. No I/O except for signing keys."""
    method = ""
    try:
        request = event["Records"][0]["cf"]["request"]
        method = request["method"]
        rewritten = rewrite(request["uri"], request["querystring"], lambda_event.header(request["headers"], "accept"))
        request["uri"], request["querystring"] = rewritten.variant.uri, ""
        lambda_event.set_verified_query(request, rewritten.query)
    except EdgeError as error:
        return lambda_event.generate(error_reply(error, method))
    except Exception:
        log.exception("unexpected")
        return lambda_event.generate(error_reply(InternalError.unexpected(), method))
    return request


def rewrite(path: str, query: str, accept: str) -> RewrittenUrl:
    """What a public URL as received asks for. Raises `EdgeError`."""
    return rewrite_url(path, query, accept, load_policy(), _find_key, time.time())


def _find_key(key_id: str) -> SigningKey | None:
    secret = load_policy().secret
    if not secret:
        raise ServiceUnavailable.signing_keys("This site has no signing keys. Request a size on the ladder, without s.")
    from edge.storage.signing_keys.shared import shared_signing_keys  # network code that an unsigned site never needs

    return shared_signing_keys(secret).find(key_id)
