"""Requests to a function URL."""

from __future__ import annotations

from typing import Any

import pytest

from edge.payload.function_url import is_function_url, read_exchange
from edge.payload.reply import MAX_RAW_BODY
from edge.rendering.origin_exchange import OriginExchange
from tests.edge.events import function_url


def test_the_request_is_what_s3_was_asked() -> None:
    event = function_url("/caf%C3%A9%20%2B.jpg/any.00000000/w300.avif", "HEAD", "w=300")
    event["requestContext"]["timeEpoch"] = 1_795_424_400_999
    assert read_exchange(event) == OriginExchange(
        "/caf%C3%A9%20%2B.jpg/any.00000000/w300.avif",
        "HEAD",
        404,
        "Mon, 23 Nov 2026 09:00:00 GMT",
        "w=300",
        MAX_RAW_BODY,
    )


def test_without_viewer_request_the_query_is_unknown() -> None:
    assert read_exchange(function_url("/", query=None)).query is None


@pytest.mark.parametrize(
    "change",
    [
        {"domainName": "images.example.com"},
        {"domainName": "a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com"},
        {"domainName": "other.lambda-url.eu-west-1.on.aws"},
        {"domainName": "a1b2c3d4e5f6g7h8i9j0k1l2m3n4o5p6.lambda-url.eu-west-1.on.aws.example.com"},
        {"domainName": "a1b2c3d4e5f6g7h8i9j0k1l2m3n4o5p6.lambda-url.eu-west-1.on.aws\n"},
        {"apiId": "a1b2c3d4e5"},
    ],
)
def test_any_other_host_is_not_a_function_url(change: dict[str, Any]) -> None:
    event = function_url("/")
    assert is_function_url(event)
    event["requestContext"] |= change
    assert not is_function_url(event)
