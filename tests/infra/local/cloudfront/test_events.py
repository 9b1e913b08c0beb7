"""The events have the shape of AWS's documented samples, which the handlers are tested with too."""

from __future__ import annotations

import json
from typing import Any

import pytest

from infra.local.cloudfront import events
from infra.local.cloudfront.distribution import S3Origin
from infra.local.cloudfront.messages import HttpRequest, HttpResponse
from tests.machine import ROOT

SAMPLES = ROOT / "tests" / "events"
IDENTITY = events.DistributionIdentity("EDFDVBD6EXAMPLE", "d111111abcdef8.cloudfront.net")
ORIGIN = S3Origin("pictures", "eu-west-1", "/variants")
VIEWER = HttpRequest("GET", "/images/photo.png", "w=300&h=300", (("host", "cdn.example"), ("user-agent", "curl")))
SENT = HttpRequest("GET", "/images/photo.png/any.00000000/w300.avif", "", (("user-agent", "Amazon CloudFront"),))


def shape(node: Any) -> Any:
    """Reduce an event to names and types. Headers differ between requests, so each becomes the shape of a header."""
    if isinstance(node, dict):
        return {
            name: [{"key": "str", "value": "str"}] if name in ("headers", "customHeaders") else shape(value)
            for name, value in node.items()
        }
    return [shape(item) for item in node] if isinstance(node, list) else type(node).__name__


@pytest.mark.parametrize(
    ("sample", "event"),
    [
        ("viewer-request.json", events.viewer_request(IDENTITY, VIEWER)),
        ("origin-response.json", events.origin_response(IDENTITY, ORIGIN, "file:///x", SENT, HttpResponse(403))),
    ],
)
def test_an_event_has_the_documented_shape(sample: str, event: events.Event) -> None:
    assert shape(event) == shape(json.loads((SAMPLES / sample).read_text()))


def test_the_origin_contains_the_bucket_and_the_store() -> None:
    event = events.origin_response(IDENTITY, ORIGIN, "file:///x", SENT, HttpResponse(403, (("date", "now"),)))
    cf = event["Records"][0]["cf"]
    assert cf["request"]["origin"]["s3"] == {
        "authMethod": "none",
        "customHeaders": {"x-imagehub-store": [{"key": "X-Imagehub-Store", "value": "file:///x"}]},
        "domainName": "pictures.s3.eu-west-1.amazonaws.com",
        "path": "/variants",
        "region": "eu-west-1",
    }
    assert cf["response"] == {
        "headers": {"date": [{"key": "Date", "value": "now"}]},
        "status": "403",
        "statusDescription": "Forbidden",
    }


def test_repeated_headers_stay_separate() -> None:
    spelled = events.spell_headers((("x-a", "1"), ("x-b", "2"), ("x-a", "3")))
    assert [item["value"] for item in spelled["x-a"]] == ["1", "3"]
