"""What CloudFront accepts from a Lambda@Edge function. Anything else is a 502; each rule names its source."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from typing import Any

from infra.local.cloudfront.header_rules import EVENTS, GUIDE, QUOTAS, RuleBrokenError, block_size, read_headers
from infra.local.cloudfront.messages import MAX_URL, Headers, HttpRequest, HttpResponse

_GENERATED = f"{GUIDE}/lambda-generating-http-responses.html"

_MAX_GENERATED = {"viewer-request": 40 * 1024, "origin-response": 1024 * 1024}

_REQUEST_FIELDS = frozenset({"clientIp", "headers", "method", "querystring", "uri"})
_RESPONSE_FIELDS = frozenset({"status", "statusDescription", "headers", "body", "bodyEncoding"})


def read_viewer_request(result: object, request: HttpRequest) -> HttpRequest | HttpResponse:
    """Return the rewritten ``request``, or the function's own reply. Raises `RuleBrokenError`."""
    if not isinstance(result, Mapping):
        raise RuleBrokenError("the function must return a request or a response object", EVENTS)
    if "status" in result:
        return _read_response(result, "viewer-request", (), None)
    _check_fields(result, _REQUEST_FIELDS)
    headers = read_headers(result.get("headers"), "viewer-request", request.headers)
    for field, value in (("method", request.method), ("clientIp", request.client_ip)):
        if result.get(field, value) != value:
            raise RuleBrokenError(f"{field} is read-only", EVENTS)
    uri, querystring = _read_url(result)
    return HttpRequest(request.method, uri, querystring, headers, request.client_ip)


def _read_url(result: Mapping[str, Any]) -> tuple[str, str]:
    uri, querystring = result.get("uri"), result.get("querystring", "")
    if not isinstance(uri, str) or not uri.startswith("/"):
        raise RuleBrokenError("uri must be a string that begins with /", EVENTS)
    if not isinstance(querystring, str) or not f"{uri}{querystring}".isascii():
        raise RuleBrokenError("uri and querystring must be ASCII strings, percent-encoded", EVENTS)
    if len(HttpRequest("GET", uri, querystring).url) >= MAX_URL:
        raise RuleBrokenError(f"uri and querystring must have fewer than {MAX_URL} characters", QUOTAS)
    return uri, querystring


def read_origin_response(result: object, response: HttpResponse) -> HttpResponse:
    """Return the function's reply; without a ``body`` it keeps that of ``response``. Raises `RuleBrokenError`."""
    if not isinstance(result, Mapping):
        raise RuleBrokenError("the function must return a response object", EVENTS)
    return _read_response(result, "origin-response", response.headers, response.body)


def _read_response(result: Mapping[str, Any], event: str, before: Headers, body_before: bytes | None) -> HttpResponse:
    _check_fields(result, _RESPONSE_FIELDS)
    status = _read_status(result.get("status"))
    headers = read_headers(result.get("headers", {}), event, before)
    if "body" not in result:
        return HttpResponse(status, headers, body_before or b"")
    _check_size(headers, result["body"], event)
    body = _read_body(result["body"], result.get("bodyEncoding", "text"))
    if status == 204 and body:
        raise RuleBrokenError("a 204 must not have a body", _GENERATED)
    return HttpResponse(status, headers, body)


def _check_fields(result: Mapping[str, Any], known: frozenset[str]) -> None:
    unknown = sorted(set(result) - known)
    if unknown:
        # AWS does not document what CloudFront does with other fields, so no handler may rely on one.
        raise RuleBrokenError(f"{unknown[0]!r} is not a field of the object", EVENTS)


def _read_status(status: object) -> int:
    # The guide describes a string, but its own Python examples return a number.
    if isinstance(status, (str, int)) and re.fullmatch(r"[2-5]\d\d", str(status)):
        return int(status)
    raise RuleBrokenError(f"status must be from 200 to 599, but is {status!r}", _GENERATED)


def _check_size(headers: Headers, body: object, event: str) -> None:
    """The body counts as it is sent, so base64 counts with its extra third."""
    size = block_size(headers) + (len(body.encode()) if isinstance(body, str) else 0)
    limit = _MAX_GENERATED[event]
    if size > limit:
        message = f"headers and body of a generated response have {size} bytes; at most {limit} are allowed"
        raise RuleBrokenError(message, QUOTAS)


def _read_body(body: object, encoding: object) -> bytes:
    if not isinstance(body, str):
        raise RuleBrokenError("body must be a string", _GENERATED)
    if encoding == "text":
        return body.encode()
    if encoding != "base64":
        raise RuleBrokenError(f"bodyEncoding must be text or base64, but is {encoding!r}", _GENERATED)
    try:
        return base64.b64decode(body, validate=True)
    except binascii.Error:
        raise RuleBrokenError("body is not valid base64", _GENERATED) from None
