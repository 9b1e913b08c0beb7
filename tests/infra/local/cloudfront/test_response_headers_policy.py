"""Response headers policies: every supported setting, and the others as errors."""

from __future__ import annotations

from typing import Any

import pytest

from infra.local.cloudfront.cloudformation import Reference, Template, TemplateError
from infra.local.cloudfront.distribution import ResponseHeader, ResponseHeadersPolicy
from infra.local.cloudfront.response_headers_policy import read_response_headers_policy

CORS = {
    "AccessControlAllowCredentials": False,
    "AccessControlAllowOrigins": {"Items": ["*"]},
    "AccessControlExposeHeaders": {"Items": ["X-A", "X-B"]},
    "OriginOverride": True,
}


def policy(**config: Any) -> ResponseHeadersPolicy:
    properties = {"ResponseHeadersPolicyConfig": config}
    resource = {"Type": "AWS::CloudFront::ResponseHeadersPolicy", "Properties": properties}
    return read_response_headers_policy(Template({"Resources": {"Headers": resource}}), Reference("Headers"))


@pytest.mark.parametrize(
    ("name", "setting", "header", "value"),
    [
        ("ContentTypeOptions", {}, "x-content-type-options", "nosniff"),
        ("FrameOptions", {"FrameOption": "DENY"}, "x-frame-options", "DENY"),
        ("ReferrerPolicy", {"ReferrerPolicy": "no-referrer"}, "referrer-policy", "no-referrer"),
        ("ContentSecurityPolicy", {"ContentSecurityPolicy": "x"}, "content-security-policy", "x"),
        ("StrictTransportSecurity", {"AccessControlMaxAgeSec": 9}, "strict-transport-security", "max-age=9"),
        (
            "StrictTransportSecurity",
            {"AccessControlMaxAgeSec": 9, "IncludeSubdomains": True, "Preload": True},
            "strict-transport-security",
            "max-age=9; includeSubDomains; preload",
        ),
    ],
)
def test_a_security_header(name: str, setting: dict[str, Any], header: str, value: str) -> None:
    found = policy(SecurityHeadersConfig={name: setting | {"Override": True}})
    assert found.always == (ResponseHeader(header, value, True),)


def test_custom_removed_and_cors_headers() -> None:
    found = policy(
        CorsConfig=CORS,
        CustomHeadersConfig={"Items": [{"Header": "Vary", "Value": "Accept", "Override": False}]},
        RemoveHeadersConfig={"Items": [{"Header": "X-Amz-Request-Id"}]},
    )
    assert found.always == (ResponseHeader("vary", "Accept", False),)
    assert found.remove == {"x-amz-request-id"}
    assert [(header.name, header.value) for header in found.cors] == [
        ("access-control-allow-origin", "*"),
        ("access-control-expose-headers", "X-A, X-B"),
    ]


@pytest.mark.parametrize(
    "config",
    [
        {"SecurityHeadersConfig": {"XSSProtection": {"Override": True}}},
        {"CorsConfig": CORS | {"AccessControlAllowCredentials": True}},
        {"CorsConfig": CORS | {"AccessControlAllowOrigins": {"Items": ["https://a.example"]}}},
    ],
)
def test_an_unsupported_setting_is_an_error(config: dict[str, Any]) -> None:
    with pytest.raises(TemplateError, match="support"):
        policy(**config)
