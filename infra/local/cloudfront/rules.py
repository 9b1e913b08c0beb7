"""What CloudFront takes from a Lambda@Edge function, and what it answers with a 502. Each rule names its source."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from typing import Any

from infra.local.cloudfront.header_rules import EVENTS, GUIDE, QUOTAS, RuleBrokenError, block_size, read_headers
from infra.local.cloudfront.messages import Headers, Request, Response

_GENERATED = f"{GUIDE}/lambda-generating-http-responses.html"

MAX_URL = 8192
_MAX_GENERATED = {"viewer-request": 40 * 1024, "origin-response": 1024 * 1024}

_REQUEST_KEYS = frozenset({"clientIp", "headers", "method", "querystring", "uri"})
_RESPONSE_KEYS = frozenset({"status", "statusDescription", "headers", "body", "bodyEncoding"})


def read_viewer_request(result: object, request: Request) -> Request | Response:
    """What a viewer-request function made of ``request``: the request to go on with, or a reply of its own."""
    if not isinstance(result, Mapping):
        raise RuleBrokenError("the function must return a request or a response object", EVENTS)
    if "status" in result:
        return _read_response(result, "viewer-request", (), None)
    _check_keys(result, _REQUEST_KEYS)
    headers = read_headers(result.get("headers"), "viewer-request", request.headers)
    for key, value in (("method", request.method), ("clientIp", request.client_ip)):
        if result.get(key, value) != value:
            raise RuleBrokenError(f"{key} is read-only", EVENTS)
    uri, querystring = result.get("uri"), result.get("querystring", "")
    if not isinstance(uri, str) or not uri.startswith("/"):
        raise RuleBrokenError("uri must be a string that begins with /", EVENTS)
    if not isinstance(querystring, str) or not f"{uri}{querystring}".isascii():
        raise RuleBrokenError("uri and querystring must be ASCII strings, percent-encoded", EVENTS)
    rewritten = Request(request.method, uri, querystring, headers, request.client_ip)
    if len(rewritten.url) >= MAX_URL:
        raise RuleBrokenError(f"uri and querystring must have fewer than {MAX_URL} characters", QUOTAS)
    return rewritten


def read_origin_response(result: object, response: Response) -> Response:
    """What an origin-response function made of the origin's ``response``; without ``body`` the origin's stays."""
    if not isinstance(result, Mapping):
        raise RuleBrokenError("the function must return a response object", EVENTS)
    return _read_response(result, "origin-response", response.headers, response.body)


def _read_response(result: Mapping[str, Any], event: str, before: Headers, body_before: bytes | None) -> Response:
    _check_keys(result, _RESPONSE_KEYS)
    status = _read_status(result.get("status"))
    headers = read_headers(result.get("headers", {}), event, before)
    if "body" not in result:
        return Response(status, headers, body_before or b"")
    _check_size(headers, result["body"], event)
    body = _read_body(result["body"], result.get("bodyEncoding", "text"))
    if status == 204 and body:
        raise RuleBrokenError("a 204 has no body", _GENERATED)
    return Response(status, headers, body)


def _check_keys(result: Mapping[str, Any], known: frozenset[str]) -> None:
    unknown = sorted(set(result) - known)
    if unknown:
        # What CloudFront does with others is written nowhere, so nothing may rest on it.
        raise RuleBrokenError(f"{unknown[0]!r} is not a field of the object", EVENTS)


def _read_status(status: object) -> int:
    if isinstance(status, (str, int)) and re.fullmatch(r"[2-5]\d\d", str(status)):
        return int(status)
    raise RuleBrokenError(f"status must be from 200 to 599, and is {status!r}", _GENERATED)


def _check_size(headers: Headers, body: object, event: str) -> None:
    """The body counts as it is sent, so a base64 one with its extra third."""
    size = block_size(headers) + (len(body.encode()) if isinstance(body, str) else 0)
    if size > _MAX_GENERATED[event]:
        limit = _MAX_GENERATED[event]
        raise RuleBrokenError(f"headers and body of a generated response have {size} bytes; {limit} are taken", QUOTAS)


def _read_body(body: object, encoding: object) -> bytes:
    if not isinstance(body, str):
        raise RuleBrokenError("body must be a string", _GENERATED)
    if encoding == "text":
        return body.encode()
    if encoding != "base64":
        raise RuleBrokenError(f"bodyEncoding must be text or base64, and is {encoding!r}", _GENERATED)
    try:
        return base64.b64decode(body, validate=True)
    except binascii.Error:
        raise RuleBrokenError("body is not valid base64", _GENERATED) from None
