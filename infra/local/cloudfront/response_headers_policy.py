"""Reads a template's response headers policy into the headers that it adds and removes.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/understanding-response-headers-policies.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from infra.local.cloudfront.cloudformation import Template, TemplateError
from infra.local.cloudfront.distribution import ResponseHeader, ResponseHeadersPolicy


def read_response_headers_policy(template: Template, reference: object) -> ResponseHeadersPolicy:
    """Return the policy that ``reference`` names. Raises `TemplateError` for settings that are not supported here."""
    properties = template.properties(reference, "AWS::CloudFront::ResponseHeadersPolicy")
    config = template.resolve(properties["ResponseHeadersPolicyConfig"])
    custom = [
        ResponseHeader(item["Header"].lower(), item["Value"], item["Override"])
        for item in config.get("CustomHeadersConfig", {}).get("Items", [])
    ]
    removed = config.get("RemoveHeadersConfig", {}).get("Items", [])
    return ResponseHeadersPolicy(
        (*_security_headers(config.get("SecurityHeadersConfig", {})), *custom),
        tuple(_cors_headers(config.get("CorsConfig", {}))),
        frozenset(item["Header"].lower() for item in removed),
    )


def _security_headers(config: Mapping[str, Any]) -> list[ResponseHeader]:
    headers = []
    for name, setting in config.items():
        match name:
            case "ContentTypeOptions":
                header = "x-content-type-options", "nosniff"
            case "StrictTransportSecurity":
                header = "strict-transport-security", _hsts(setting)
            case "ContentSecurityPolicy":
                header = "content-security-policy", setting["ContentSecurityPolicy"]
            case "ReferrerPolicy":
                header = "referrer-policy", setting["ReferrerPolicy"]
            case "FrameOptions":
                header = "x-frame-options", setting["FrameOption"]
            case _:
                raise TemplateError(f"{name} is not supported by the local CloudFront")
        headers.append(ResponseHeader(*header, setting["Override"]))
    return headers


def _hsts(setting: Mapping[str, Any]) -> str:
    parts = [f"max-age={setting['AccessControlMaxAgeSec']}"]
    parts += ["includeSubDomains"] if setting.get("IncludeSubdomains") else []
    parts += ["preload"] if setting.get("Preload") else []
    return "; ".join(parts)


def _cors_headers(config: Mapping[str, Any]) -> list[ResponseHeader]:
    if not config:
        return []
    if config["AccessControlAllowOrigins"]["Items"] != ["*"] or config["AccessControlAllowCredentials"]:
        raise TemplateError("the local CloudFront supports CORS for every origin, without credentials, and no other")
    override = config["OriginOverride"]
    headers = [ResponseHeader("access-control-allow-origin", "*", override)]
    exposed = config.get("AccessControlExposeHeaders", {}).get("Items", [])
    if exposed:
        headers.append(ResponseHeader("access-control-expose-headers", ", ".join(exposed), override))
    return headers
