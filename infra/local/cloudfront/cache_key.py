"""The cache key: the path after viewer-request, and what the cache policy adds to it.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/understanding-the-cache-key.html
"""

from __future__ import annotations

from infra.local.cloudfront.distribution import CachePolicy, Selection
from infra.local.cloudfront.messages import Headers, HttpRequest


def cache_key(request: HttpRequest, policy: CachePolicy) -> str:
    """GET and HEAD share an entry; every other method has its own."""
    method = "GET" if request.method == "HEAD" else request.method
    headers = [f"{name}: {value}" for name, value in selected_headers(request, policy.headers)]
    return "\n".join([method, uri_in_key(request, policy), *headers])


def uri_in_key(request: HttpRequest, policy: CachePolicy) -> str:
    """The path with the query parameters that are in the key. Invalidation paths are compared with it."""
    pairs = request.querystring.split("&") if request.querystring else []
    query = "&".join(pair for pair in pairs if policy.query.includes(pair.partition("=")[0]))
    return f"{request.uri}?{query}" if query else request.uri


def selected_headers(request: HttpRequest, *selections: Selection) -> Headers:
    """The viewer's headers that any of the policies selects.

    CloudFront forwards those in the key and those of the origin request policy to the origin, and no others.
    """
    return tuple(sorted(pair for pair in request.headers if any(each.includes(pair[0]) for each in selections)))
