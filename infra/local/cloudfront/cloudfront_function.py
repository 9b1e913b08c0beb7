"""The event of a CloudFront Function, and what CloudFront accepts from it.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl

from infra.local.cloudfront.events import DistributionIdentity, Event
from infra.local.cloudfront.function_results import read_viewer_request
from infra.local.cloudfront.header_rules import GUIDE, RuleBrokenError
from infra.local.cloudfront.messages import Headers, HttpRequest, HttpResponse

_EVENTS = f"{GUIDE}/functions-event-structure.html"
_REQUEST_FIELDS = frozenset({"method", "uri", "querystring", "headers", "cookies"})
_RESPONSE_FIELDS = frozenset({"statusCode", "statusDescription", "headers", "cookies", "body"})


def viewer_request(identity: DistributionIdentity, request: HttpRequest) -> Event:
    """The event for a viewer's request, and beside it the raw query, which is a method of the event's request."""
    pairs = parse_qsl(request.querystring, keep_blank_values=True, max_num_fields=None)
    event = {
        "version": "1.0",
        "context": {
            "distributionDomainName": identity.domain,
            "distributionId": identity.distribution_id,
            "eventType": "viewer-request",
            "requestId": uuid.uuid4().hex,
        },
        "viewer": {"ip": request.client_ip},
        "request": {
            "method": request.method,
            "uri": request.uri,
            "querystring": _spell(pairs),
            "headers": _spell(pair for pair in request.headers if pair[0] != "cookie"),
            "cookies": {},
        },
    }
    return {"event": event, "query": request.querystring}


def read_result(result: object, request: HttpRequest) -> HttpRequest | HttpResponse:
    """The rewritten ``request``, or the function's own reply. Raises `RuleBrokenError`.

    The rules for headers, URLs and sizes are those of Lambda@Edge on viewer-request.
    """
    if not isinstance(result, Mapping):
        raise RuleBrokenError("the function must return a request or a response object", _EVENTS)
    known = _RESPONSE_FIELDS if "statusCode" in result else _REQUEST_FIELDS
    if unknown := sorted(result.keys() - known):
        raise RuleBrokenError(f"{unknown[0]!r} is not a field of the object", _EVENTS)
    headers = {name: _values(item) for name, item in dict(result.get("headers", {})).items()}
    if "statusCode" in result:
        return read_viewer_request(_reply(result, headers), request)
    whole = {
        "method": result.get("method"),
        "clientIp": request.client_ip,
        "uri": result.get("uri"),
        "querystring": "&".join(_pairs(result.get("querystring", {}))),
        # Cookies are no header in this event; ours are not read.
        "headers": headers | _kept(request.headers),
    }
    return read_viewer_request(whole, request)


def _reply(result: Mapping[str, Any], headers: Mapping[str, Any]) -> dict[str, Any]:
    reply = {"status": str(result["statusCode"]), "headers": headers}
    body = result.get("body")
    if body is None:
        return reply
    if isinstance(body, str):
        return reply | {"body": body}
    return reply | {"body": body.get("data"), "bodyEncoding": body.get("encoding")}


def _spell(pairs: Any) -> dict[str, Any]:
    """``{"value"}`` under each name, with ``multiValue`` if there are several; the first is the value."""
    spelled: dict[str, Any] = {}
    for name, value in pairs:
        if name in spelled:
            first = spelled[name]
            first.setdefault("multiValue", [{"value": first["value"]}]).append({"value": value})
        else:
            spelled[name] = {"value": value}
    return spelled


def _values(item: Any) -> list[dict[str, str]]:
    if not isinstance(item, Mapping):
        raise RuleBrokenError("a header must be an object with a value", _EVENTS)
    return [{"value": each.get("value")} for each in item.get("multiValue", [item])]


def _pairs(query: Mapping[str, Any]) -> Iterator[str]:
    for name, item in query.items():
        yield from (f"{name}={each['value']}" for each in item.get("multiValue", [item]))


def _kept(headers: Headers) -> dict[str, list[dict[str, str]]]:
    values = [{"value": value} for name, value in headers if name == "cookie"]
    return {"cookie": values} if values else {}
