"""The viewer-request door: a public URL becomes a variant key in the best format that the browser takes."""

from __future__ import annotations

import logging
import time

from edge import lambda_event
from edge.contract import url
from edge.contract.errors import EdgeError, InternalError
from edge.contract.negotiation import negotiate
from edge.contract.policy import load_policy
from edge.contract.signing import SigningKey, no_keys
from edge.contract.variant_key import ANY_VERSION, VariantKey

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
        return _refuse(InternalError("internal", "Something went wrong here."), method)
    return asked


def rewrite(uri: str, query: str, accept: str) -> str:
    """The variant's URI for a public URL as received. Raises `EdgeError`."""
    policy = load_policy()
    wanted = url.parse_url(uri, query, policy)
    recipe = wanted.authorise(policy, _find_key, time.time())
    variant = VariantKey(
        wanted.key, wanted.version or ANY_VERSION, policy.rev, recipe.slug, negotiate(accept, wanted.format)
    )
    return variant.uri


def _find_key(key_id: str) -> SigningKey | None:
    secret = load_policy().secret
    if not secret:
        raise no_keys("Signatures are not set up here; use a size of the ladder without one.")
    from edge.storage.signing_keys.shared import shared_signing_keys  # network code that an unsigned site never needs

    return shared_signing_keys(secret).find(key_id)


def _refuse(error: EdgeError, method: str) -> lambda_event.CloudFrontResponse:
    return lambda_event.fill_error({"status": "", "headers": {}}, error, method, {"Cache-Control": "no-store"})
