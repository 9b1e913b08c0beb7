"""Runs what is on viewer-request: a Lambda@Edge function, or a CloudFront Function."""

from __future__ import annotations

from infra.local.cloudfront import cloudfront_function, events, function_results, replies
from infra.local.cloudfront.distribution import CloudFrontFunction, ViewerFunction
from infra.local.cloudfront.edge_reply import EdgeReply
from infra.local.cloudfront.errors import broken_rules_are_502
from infra.local.cloudfront.events import DistributionIdentity
from infra.local.cloudfront.messages import HttpRequest, HttpResponse
from infra.local.cloudfront.upstream import FunctionInvoker


async def rewrite(
    functions: FunctionInvoker, function: ViewerFunction, identity: DistributionIdentity, request: HttpRequest
) -> HttpRequest | EdgeReply:
    """Return the request for the cache, or the function's own reply. Raises `CloudFrontError`."""
    if isinstance(function, CloudFrontFunction):
        event, read = cloudfront_function.viewer_request(identity, request), cloudfront_function.read_result
    else:
        event, read = events.viewer_request(identity, request), function_results.read_viewer_request
    result = await functions.invoke(function, event)
    with broken_rules_are_502(function):
        rewritten = read(result, request)
    if isinstance(rewritten, HttpResponse):
        generated = (
            "FunctionGeneratedResponse" if isinstance(function, CloudFrontFunction) else "LambdaGeneratedResponse"
        )
        return EdgeReply(replies.storable(rewritten), generated, complete=False)
    return rewritten
