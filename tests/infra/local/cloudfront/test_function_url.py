"""A function URL's events and replies."""

from __future__ import annotations

import json
from typing import Any

import pytest

from edge.payload.function_url import is_function_url, read_exchange
from infra.local.cloudfront.function_url import MAX_REPLY, function_url_event, read_function_url_reply
from infra.local.cloudfront.header_rules import RuleBrokenError
from infra.local.cloudfront.messages import HttpRequest, HttpResponse
from tests.machine import ROOT

SENT = HttpRequest(
    "HEAD",
    "/caf%C3%A9.png/any.00000000/w300.avif",
    "",
    (("user-agent", "Amazon CloudFront"), ("x-imagehub-query", "?w=300"), ("via", "a"), ("via", "b")),
)


def test_an_event_has_the_documented_names_and_the_request_as_it_was_received() -> None:
    event: Any = function_url_event(SENT)
    sample = json.loads((ROOT / "tests/events/function-url.json").read_text())
    assert event.keys() == sample.keys()
    assert event["requestContext"].keys() == sample["requestContext"].keys()
    assert event["requestContext"]["http"].keys() == sample["requestContext"]["http"].keys()
    assert event["rawPath"] == SENT.uri
    assert event["headers"]["via"] == "a,b"
    assert is_function_url(event)
    exchange = read_exchange(event)
    assert (exchange.uri, exchange.method, exchange.query) == (SENT.uri, "HEAD", "w=300")


@pytest.mark.parametrize(
    ("result", "body"),
    [
        ({"statusCode": 200, "headers": {"ETag": '"a"'}, "body": "/wA=", "isBase64Encoded": True}, b"\xff\x00"),
        ({"statusCode": 200, "headers": {"ETag": '"a"'}, "body": "text"}, b"text"),
        ({"statusCode": 200, "headers": {"ETag": '"a"'}}, b""),
    ],
)
def test_what_the_function_returned_is_the_response(result: object, body: bytes) -> None:
    assert read_function_url_reply(result) == HttpResponse(200, (("etag", '"a"'),), body)


@pytest.mark.parametrize(
    ("result", "rule"),
    [
        (None, "statusCode"),
        ({"statusCode": "200"}, "statusCode"),
        ({"statusCode": 200, "headers": {"Age": 1}}, "headers"),
        ({"statusCode": 200, "body": 5}, "body must be a string"),
        ({"statusCode": 200, "body": "?", "isBase64Encoded": True}, "not valid base64"),
        ({"statusCode": 200, "body": "a" * MAX_REPLY}, "at most 6291456"),
    ],
)
def test_what_lambda_refuses_breaks_a_rule(result: object, rule: str) -> None:
    with pytest.raises(RuleBrokenError, match=rule):
        read_function_url_reply(result)
