"""A Lambda function URL as an origin: requests as its events, and what the function returned as responses.

https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
"""

from __future__ import annotations

import base64
import binascii
import json
import time
import uuid
from collections.abc import Mapping
from typing import Any

from infra.local.cloudfront.header_rules import RuleBrokenError
from infra.local.cloudfront.messages import Headers, HttpRequest, HttpResponse

_PAYLOADS = "https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-payloads"
_QUOTAS = "https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"
#: 6 MB for a reply that is not streamed, as Lambda counts it: its JSON with the body as base64.
MAX_REPLY = 6 * 1024 * 1024
_URL_ID = "a1b2c3d4e5f6g7h8i9j0k1l2m3n4o5p6"
DOMAIN = f"{_URL_ID}.lambda-url.us-east-1.on.aws"


def function_url_event(request: HttpRequest, domain: str = DOMAIN) -> dict[str, Any]:
    """The event for ``request`` as the function URL at ``domain`` sends it: the path is not decoded."""
    name, _, _ = domain.partition(".")
    now = time.time()
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": request.uri,
        "rawQueryString": request.querystring,
        "headers": {**joined(request.headers), "host": domain, "x-forwarded-proto": "https"},
        "requestContext": {
            "accountId": "123456789012",
            "apiId": name,
            # As the distribution signs its requests: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
            "authorizer": {"iam": {"accountId": "123456789012", "userId": None, "userArn": None}},
            "domainName": domain,
            "domainPrefix": name,
            "http": {
                "method": request.method,
                "path": request.uri,
                "protocol": "HTTP/1.1",
                "sourceIp": request.client_ip,
                "userAgent": request.header("user-agent") or "",
            },
            "requestId": str(uuid.uuid4()),
            "routeKey": "$default",
            "stage": "$default",
            "time": time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(now)),
            "timeEpoch": int(now * 1000),
        },
        "isBase64Encoded": False,
    }


def read_function_url_reply(result: object) -> HttpResponse:
    """The response that a function URL sends for what the function returned. Raises `RuleBrokenError`: a 502."""
    size = len(json.dumps(result).encode())
    if size > MAX_REPLY:
        raise RuleBrokenError(f"the reply has {size} bytes as JSON; at most {MAX_REPLY} are allowed", _QUOTAS)
    if not isinstance(result, Mapping) or not isinstance(result.get("statusCode"), int):
        raise RuleBrokenError("the function must return an object with a number as its statusCode", _PAYLOADS)
    headers = result.get("headers", {})
    if not all(isinstance(value, str) for value in headers.values()):
        raise RuleBrokenError("the values of headers must be strings", _PAYLOADS)
    pairs = tuple((name.lower(), value) for name, value in headers.items())
    return HttpResponse(result["statusCode"], pairs, _read_body(result))


def joined(headers: Headers) -> dict[str, str]:
    joined: dict[str, str] = {}
    for name, value in headers:
        joined[name] = f"{joined[name]},{value}" if name in joined else value
    return joined


def _read_body(result: Mapping[str, Any]) -> bytes:
    body = result.get("body", "")
    if not isinstance(body, str):
        raise RuleBrokenError("body must be a string", _PAYLOADS)
    if not result.get("isBase64Encoded"):
        return body.encode()
    try:
        return base64.b64decode(body, validate=True)
    except binascii.Error:
        raise RuleBrokenError("body is not valid base64", _PAYLOADS) from None
