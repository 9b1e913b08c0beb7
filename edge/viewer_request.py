"""The viewer-request door: a public URL becomes a variant key in the best format that the browser takes."""

from __future__ import annotations

import logging
import time

from edge import lambda_event
from edge.contract import request
from edge.contract.errors import EdgeError, Internal
from edge.contract.keys import ANY_VERSION, VariantKey
from edge.contract.negotiation import negotiate
from edge.contract.policy import load_policy
from edge.contract.signing import Key, no_keys

log = logging.getLogger("imagehub.viewer_request")


def handler(
    event: lambda_event.LambdaEvent, _context: object
) -> lambda_event.CloudFrontRequest | lambda_event.CloudFrontResponse:
    """The request with its URI rewritten (contract 2), or a generated error. No I/O but for signing keys."""
    method = ""
    try:
        asked = event["Records"][0]["cf"]["request"]
        method = asked["method"]
        asked["uri"] = rewrite(asked["uri"], asked["querystring"], lambda_event.header(asked["headers"], "accept"))
        asked["querystring"] = ""
    except EdgeError as error:
        return _refuse(error, method)
    except Exception:
        log.exception("unexpected")
        return _refuse(Internal("internal", "Something went wrong here."), method)
    return asked


def rewrite(uri: str, query: str, accept: str) -> str:
    """The variant's URI for a public URL as received. Raises `EdgeError`."""
    policy = load_policy()
    wanted = request.parse(uri, query, policy)
    what = wanted.authorise(policy, _find_key, time.time())
    variant = VariantKey(
        wanted.key, wanted.version or ANY_VERSION, policy.rev, what.slug, negotiate(accept, wanted.format)
    )
    return variant.uri


def _find_key(key_id: str) -> Key | None:
    secret = load_policy().secret
    if not secret:
        raise no_keys("Signatures are not set up here; use a size of the ladder without one.")
    from edge.storage.signing_keys.locations import shared_keys  # network code that an unsigned site never needs

    return shared_keys(secret).find(key_id)


def _refuse(error: EdgeError, method: str) -> lambda_event.CloudFrontResponse:
    return lambda_event.fill_error({"status": "", "headers": {}}, error, method, {"Cache-Control": "no-store"})
