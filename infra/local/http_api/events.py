"""Requests as an HTTP API hands them to a function: payload 2.0, with the path decoded.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from infra.local.cloudfront.function_url import joined
from infra.local.cloudfront.messages import HttpRequest
from infra.local.http_api.api import ApiRoute

_API_ID = "a1b2c3d4e5"
DOMAIN = f"{_API_ID}.execute-api.us-east-1.amazonaws.com"


def decoded_path(request: HttpRequest) -> str:
    """The path as routes see it: decoded once, and cut at a "?" that was escaped (see `edge.payload.http_api`)."""
    return unquote(request.uri).partition("?")[0]


def http_api_event(
    request: HttpRequest, route: ApiRoute, variables: Mapping[str, str], claims: Mapping[str, Any] | None
) -> dict[str, Any]:
    """The event for ``request``, which ``route`` matches, with what its token claims."""
    now, path = time.time(), decoded_path(request)
    context: dict[str, Any] = {
        "accountId": "123456789012",
        "apiId": _API_ID,
        "domainName": DOMAIN,
        "domainPrefix": _API_ID,
        "http": {
            "method": request.method,
            "path": path,
            "protocol": "HTTP/1.1",
            "sourceIp": request.client_ip,
            "userAgent": request.header("user-agent") or "",
        },
        "requestId": str(uuid.uuid4()),
        "routeKey": route.key,
        "stage": "$default",
        "time": time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(now)),
        "timeEpoch": int(now * 1000),
    }
    if claims is not None:
        texts = {name: str(value) for name, value in claims.items()}
        context["authorizer"] = {"jwt": {"claims": texts, "scopes": None}}
    return {
        "version": "2.0",
        "routeKey": route.key,
        "rawPath": path,
        "rawQueryString": request.querystring,
        "headers": {**joined(request.headers), "host": DOMAIN, "x-forwarded-proto": "https"},
        "requestContext": context,
        "stageVariables": dict(variables),
        "isBase64Encoded": False,
    }
