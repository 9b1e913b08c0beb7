"""The distribution as the local CloudFront reads it from the template."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.local.cloudfront.cloudformation import TemplateError
from infra.local.cloudfront.distribution import CachePolicy, LambdaFunction, S3Origin, Selection
from infra.local.cloudfront.distribution_loader import load_distribution
from infra.local.cloudfront.process import TEMPLATE

SMALL = Path(__file__).parent / "template.yaml"


def test_the_deployed_template() -> None:
    distribution = load_distribution(TEMPLATE)
    (behaviour,) = distribution.behaviours
    assert distribution.tag_header == "x-amz-meta-cache-tag"
    assert behaviour.cache == CachePolicy(0, 86400, 31536000)
    assert behaviour.origin == S3Origin("none", "us-east-1", "/variants", (("x-imagehub-rendering", "on"),))
    assert behaviour.methods == {"GET", "HEAD"}
    assert {status for status, ttl in distribution.error_ttls.items() if ttl == 0} >= {403, 404, 500, 502, 503, 504}
    headers = {header.name: header.value for header in behaviour.response_headers.always}
    assert headers == {
        "x-content-type-options": "nosniff",
        "strict-transport-security": "max-age=31536000",
        "cross-origin-resource-policy": "cross-origin",
        "vary": "Accept",
    }
    assert isinstance(behaviour.viewer_request, LambdaFunction)
    assert behaviour.viewer_request.handler == "edge.viewer_request.handler"
    assert behaviour.origin_response is not None
    assert behaviour.origin_response.timeout == 30
    assert behaviour.forwarded == Selection("whitelist", frozenset({"x-imagehub-query"}))


def test_parameters_conditions_and_substitutions_are_evaluated() -> None:
    origin = load_distribution(SMALL).behaviour("/").origin
    assert origin == S3Origin("pictures-us-east-1", "us-east-1", "/variants")
    assert origin.domain == "pictures-us-east-1.s3.us-east-1.amazonaws.com"


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("EventType: origin-response", "EventType: viewer-response", "a function on viewer-response is not supported"),
        (
            "LambdaFunctionARN: !Ref OriginResponseVersion",
            "LambdaFunctionARN: !Ref OriginResponse",
            "must be of type AWS::Lambda::Version",
        ),
        (
            "CachePolicyId: !Ref CachePolicy",
            "CachePolicyId: 658327ea-f89d-4fab-a63d-7e88639e58f6",
            "expected a reference",
        ),
        ("AllowedMethods: [GET, HEAD, OPTIONS]", "Compress: true", "Compress is not supported"),
        ("AllowedMethods: [GET, HEAD, OPTIONS]", "SmoothStreaming: true", "SmoothStreaming is not supported"),
        ("ErrorCode: 503", "ResponseCode: 200, ErrorCode: 503", "ResponseCode is not supported"),
        ("CookieBehavior: none", "CookieBehavior: all", "a cookie in the cache key is not supported"),
        (
            "HeaderBehavior: whitelist, Headers: [X-Forwarded]",
            "HeaderBehavior: allViewer",
            "forwarding all headers to the origin is not supported",
        ),
        ('CookieBehavior: "none"', "CookieBehavior: all", "forwarding cookies to the origin is not supported"),
        (
            'QueryStringBehavior: "none"',
            "QueryStringBehavior: all",
            "forwarding query parameters to the origin is not supported",
        ),
        ("TargetOriginId: s3", "TargetOriginId: s4", "lacks 's4'"),
        ("!If [Always", "!FindInMap [A", "Fn::FindInMap is not supported"),
        ("!Ref Headers", "!Ref Nothing", "Nothing is neither a resource nor a parameter"),
    ],
)
def test_an_unsupported_property_is_an_error(tmp_path: Path, old: str, new: str, reason: str) -> None:
    changed = tmp_path / "template.yaml"
    assert old in SMALL.read_text()
    changed.write_text(SMALL.read_text().replace(old, new))
    with pytest.raises(TemplateError, match=reason):
        load_distribution(changed)
