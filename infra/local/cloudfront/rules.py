"""What CloudFront takes from a Lambda@Edge function, and what it answers with a 502. Each rule names its source."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from typing import Any

from infra.local.cloudfront.messages import Headers, Request, Response

_GUIDE = "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide"
_RESTRICTIONS = f"{_GUIDE}/edge-function-restrictions-all.html"
_EVENTS = f"{_GUIDE}/lambda-event-structure.html"
_GENERATED = f"{_GUIDE}/lambda-generating-http-responses.html"
_QUOTAS = f"{_GUIDE}/cloudfront-limits.html"

MAX_URL = 8192
_MAX_HEADER_BLOCK = 20_480
_MAX_GENERATED = {"viewer-request": 40 * 1024, "origin-response": 1024 * 1024}

_DISALLOWED = re.compile(
    r"connection|expect|keep-alive|proxy-(authenticate|authorization|connection)|trailer|upgrade"
    r"|x-accel-(buffering|charset|limit-rate|redirect)|x-amz-cf-.*|x-amzn-(auth|cf-billing|cf-id|cf-xff|errortype"
    r"|fle-profile|header-count|header-order|lambda-integration-tag|requestid)|x-cache|x-edge-.*|x-forwarded-proto|x-real-ip"
)
_READ_ONLY = {
    "viewer-request": ("cdn-loop", "content-length", "host", "transfer-encoding", "via"),
    "origin-response": ("transfer-encoding", "via"),
}
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9a-z-]+")
_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")
_REQUEST_KEYS = frozenset({"clientIp", "headers", "method", "querystring", "uri"})
_RESPONSE_KEYS = frozenset({"status", "statusDescription", "headers", "body", "bodyEncoding"})


class RuleBrokenError(Exception):
    """A function's result that CloudFront answers with a 502: the rule, and where it is written."""

    def __init__(self, rule: str, source: str) -> None:
        super().__init__(f"{rule} ({source})")


def read_viewer_request(result: object, request: Request) -> Request | Response:
    """What a viewer-request function made of ``request``: the request to go on with, or a reply of its own."""
    if not isinstance(result, Mapping):
        raise RuleBrokenError("the function must return a request or a response object", _EVENTS)
    if "status" in result:
        return _read_response(result, "viewer-request", (), None)
    _check_keys(result, _REQUEST_KEYS)
    headers = _read_headers(result.get("headers"), "viewer-request", request.headers)
    for key, value in (("method", request.method), ("clientIp", request.client_ip)):
        if result.get(key, value) != value:
            raise RuleBrokenError(f"{key} is read-only", _EVENTS)
    uri, querystring = result.get("uri"), result.get("querystring", "")
    if not isinstance(uri, str) or not uri.startswith("/"):
        raise RuleBrokenError("uri must be a string that begins with /", _EVENTS)
    if not isinstance(querystring, str) or not f"{uri}{querystring}".isascii():
        raise RuleBrokenError("uri and querystring must be ASCII strings, percent-encoded", _EVENTS)
    rewritten = Request(request.method, uri, querystring, headers, request.client_ip)
    if len(rewritten.url) >= MAX_URL:
        raise RuleBrokenError(f"uri and querystring must have fewer than {MAX_URL} characters", _QUOTAS)
    return rewritten


def read_origin_response(result: object, response: Response) -> Response:
    """What an origin-response function made of the origin's ``response``; without ``body`` the origin's stays."""
    if not isinstance(result, Mapping):
        raise RuleBrokenError("the function must return a response object", _EVENTS)
    return _read_response(result, "origin-response", response.headers, response.body)


def _read_response(result: Mapping[str, Any], event: str, before: Headers, body_before: bytes | None) -> Response:
    _check_keys(result, _RESPONSE_KEYS)
    status = _read_status(result.get("status"))
    headers = _read_headers(result.get("headers", {}), event, before)
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
        raise RuleBrokenError(f"{unknown[0]!r} is not a field of the object", _EVENTS)


def _read_status(status: object) -> int:
    if isinstance(status, (str, int)) and re.fullmatch(r"[2-5]\d\d", str(status)):
        return int(status)
    raise RuleBrokenError(f"status must be from 200 to 599, and is {status!r}", _GENERATED)


def _read_headers(headers: object, event: str, before: Headers) -> Headers:
    pairs = _flatten(headers)
    had, has = _by_name(before), _by_name(pairs)
    for name in _READ_ONLY[event]:
        if had.get(name) != has.get(name):
            did = "add" if name not in had else "modify" if name in has else "delete"
            raise RuleBrokenError(f"the function tried to {did} read-only header, headerName : {name}", _RESTRICTIONS)
    for name, values in has.items():
        if _DISALLOWED.fullmatch(name) and had.get(name) != values:
            raise RuleBrokenError(
                f"the function tried to add, delete, or change a disallowed header, headerName : {name}", _RESTRICTIONS
            )
    if _block_size(pairs) > _MAX_HEADER_BLOCK:
        raise RuleBrokenError(f"all headers together must have at most {_MAX_HEADER_BLOCK} bytes", _QUOTAS)
    return pairs


def _flatten(headers: object) -> Headers:
    if not isinstance(headers, Mapping):
        raise RuleBrokenError("headers must be an object", _EVENTS)
    pairs = []
    for name, values in headers.items():
        if not _NAME.fullmatch(name) or not isinstance(values, list):
            raise RuleBrokenError(f"headers must be lists under lower-case names, headerName : {name}", _EVENTS)
        pairs += [(name, _read_value(name, item)) for item in values]
    return tuple(pairs)


def _read_value(name: str, item: object) -> str:
    if not isinstance(item, Mapping) or not isinstance(item.get("value"), str):
        raise RuleBrokenError(f"a header must be an object with key and value, headerName : {name}", _EVENTS)
    if str(item.get("key", name)).lower() != name:
        raise RuleBrokenError(f"a header's key must be its name in any case, headerName : {name}", _EVENTS)
    value: str = item["value"]
    if not _VALUE.fullmatch(value):
        raise RuleBrokenError(
            f"a header's value holds characters that HTTP does not take, headerName : {name}", _EVENTS
        )
    return value


def _by_name(headers: Headers) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in headers:
        found.setdefault(name, []).append(value)
    return found


def _block_size(headers: Headers) -> int:
    return sum(len(name) + len(value) + 4 for name, value in headers)


def _check_size(headers: Headers, body: object, event: str) -> None:
    """The body counts as it is sent, so a base64 one with its extra third."""
    size = _block_size(headers) + (len(body.encode()) if isinstance(body, str) else 0)
    if size > _MAX_GENERATED[event]:
        limit = _MAX_GENERATED[event]
        raise RuleBrokenError(f"headers and body of a generated response have {size} bytes; {limit} are taken", _QUOTAS)


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
