"""The event of a CloudFront Function, and what it may return."""

from __future__ import annotations

from typing import Any

import pytest

from infra.local.cloudfront.cloudfront_function import read_result, viewer_request
from infra.local.cloudfront.events import DistributionIdentity
from infra.local.cloudfront.header_rules import RuleBrokenError
from infra.local.cloudfront.messages import HttpRequest, HttpResponse

HEADERS = (("host", "a.example"), ("accept", "image/avif"), ("accept", "image/webp"), ("cookie", "a=b"))
REQUEST = HttpRequest("GET", "/a%20b.jpg", "w=1&x=%2F&w=2", HEADERS)


def sent() -> dict[str, Any]:
    event = viewer_request(DistributionIdentity("E1", "a.example"), REQUEST)
    found: dict[str, Any] = event["event"]["request"]
    return found


def test_the_event_has_the_path_as_it_was_spelled_and_the_raw_query_beside_it() -> None:
    event = viewer_request(DistributionIdentity("E1", "a.example"), REQUEST)
    assert event["query"] == "w=1&x=%2F&w=2"
    assert event["event"]["context"]["eventType"] == "viewer-request"
    assert event["event"]["request"] == {
        "method": "GET",
        "uri": "/a%20b.jpg",
        "querystring": {"w": {"value": "1", "multiValue": [{"value": "1"}, {"value": "2"}]}, "x": {"value": "/"}},
        "headers": {
            "host": {"value": "a.example"},
            "accept": {"value": "image/avif", "multiValue": [{"value": "image/avif"}, {"value": "image/webp"}]},
        },
        "cookies": {},
    }


def test_a_request_is_rewritten_and_keeps_its_headers() -> None:
    result = sent() | {"uri": "/b", "querystring": {"c": {"value": "d"}}}
    rewritten = read_result(result, REQUEST)
    assert isinstance(rewritten, HttpRequest)
    assert (rewritten.uri, rewritten.querystring, rewritten.client_ip) == ("/b", "c=d", REQUEST.client_ip)
    assert sorted(rewritten.headers) == sorted(HEADERS)


@pytest.mark.parametrize(
    "body", ["text", {"encoding": "text", "data": "text"}, {"encoding": "base64", "data": "dGV4dA=="}]
)
def test_a_reply_of_the_function(body: object) -> None:
    result = {"statusCode": 400, "headers": {"cache-control": {"value": "no-store"}}, "body": body}
    assert read_result(result, REQUEST) == HttpResponse(400, (("cache-control", "no-store"),), b"text")


@pytest.mark.parametrize(
    ("result", "rule"),
    [
        (None, "must return a request or a response object"),
        ({"statusCode": 99}, "status must be from 200 to 599"),
        ({"statusCode": 200, "status": 1}, "'status' is not a field"),
        ({"uri": "/", "clientIp": "1"}, "'clientIp' is not a field"),
        ({"statusCode": 200, "headers": {"a": "b"}}, "a header must be an object with a value"),
        ({"statusCode": 200, "headers": {"x-cache": {"value": "b"}}}, "disallowed header, headerName : x-cache"),
        ({"statusCode": 200, "body": "x" * 50_000}, "at most 40960 are allowed"),
        ({"uri": "no slash", "headers": {}}, "read-only|uri must be a string"),
    ],
)
def test_other_results_break_a_rule(result: object, rule: str) -> None:
    with pytest.raises(RuleBrokenError, match=rule):
        read_result(result, REQUEST)
