"""Reads the distribution of a CloudFormation template.

A property that the local CloudFront does not support is an error: it is never ignored.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from infra.local.cloudfront.cloudformation import Template, TemplateError
from infra.local.cloudfront.distribution import (
    CacheBehaviour,
    CachePolicy,
    Distribution,
    OriginGroup,
    ResponseHeadersPolicy,
    Selection,
    SingleOrigin,
)
from infra.local.cloudfront.function_loader import read_cloudfront_function, read_lambda_functions
from infra.local.cloudfront.known_properties import require_known, unsupported
from infra.local.cloudfront.origin_loader import read_origins
from infra.local.cloudfront.response_headers_policy import read_response_headers_policy


def load_distribution(path: Path, parameters: Mapping[str, str] | None = None) -> Distribution:
    """Return the one distribution of the template at ``path``, with these ``parameters``. Raises `TemplateError`."""
    try:
        return _read_distribution(Template.read(path, parameters))
    except KeyError as error:
        raise TemplateError(f"{path} lacks {error}") from error


def _read_distribution(template: Template) -> Distribution:
    config = template.resolve(template.only("AWS::CloudFront::Distribution")["DistributionConfig"])
    require_known(config)
    origins = read_origins(template, config)
    behaviours = [*config.get("CacheBehaviors", []), config["DefaultCacheBehavior"]]
    return Distribution(
        tuple(_read_behaviour(template, behaviour, origins) for behaviour in behaviours),
        dict(_read_error_ttl(error) for error in config.get("CustomErrorResponses", [])),
        config.get("CacheTagConfig", {}).get("HeaderName", "").lower() or None,
    )


def _read_error_ttl(error: Mapping[str, Any]) -> tuple[int, int]:
    if "ResponsePagePath" in error:
        raise unsupported("a custom error page")
    return int(error["ErrorCode"]), int(error["ErrorCachingMinTTL"])


def _read_behaviour(
    template: Template, node: Mapping[str, Any], origins: Mapping[str, SingleOrigin | OriginGroup]
) -> CacheBehaviour:
    if node.get("Compress"):
        raise unsupported("Compress")
    functions = read_lambda_functions(template, node)
    function = read_cloudfront_function(template, node)
    if function and "viewer-request" in functions:
        raise TemplateError("a behaviour has either Lambda@Edge or a CloudFront Function on viewer-request, not both")
    forwarded, headers = node.get("OriginRequestPolicyId"), node.get("ResponseHeadersPolicyId")
    return CacheBehaviour(
        pattern=node.get("PathPattern"),
        origin=origins[node["TargetOriginId"]],
        cache=_read_cache_policy(template, node["CachePolicyId"]),
        methods=frozenset(node.get("AllowedMethods", ["GET", "HEAD"])),
        cached_methods=frozenset(node.get("CachedMethods", ["GET", "HEAD"])),
        forwarded=_read_origin_request_policy(template, forwarded) if forwarded else Selection(),
        response_headers=read_response_headers_policy(template, headers) if headers else ResponseHeadersPolicy(),
        viewer_request=function or functions.get("viewer-request"),
        origin_response=functions.get("origin-response"),
    )


def _read_cache_policy(template: Template, reference: object) -> CachePolicy:
    config = template.resolve(template.properties(reference, "AWS::CloudFront::CachePolicy")["CachePolicyConfig"])
    key = config["ParametersInCacheKeyAndForwardedToOrigin"]
    if key.get("EnableAcceptEncodingGzip") or key.get("EnableAcceptEncodingBrotli"):
        raise unsupported("Accept-Encoding in the cache key")
    if key["CookiesConfig"]["CookieBehavior"] != "none":
        raise unsupported("a cookie in the cache key")
    return CachePolicy(
        int(config["MinTTL"]),
        int(config["DefaultTTL"]),
        int(config["MaxTTL"]),
        # Unlike query parameters, header names are case-insensitive: https://www.rfc-editor.org/rfc/rfc9110#section-5.1
        _read_selection(key["HeadersConfig"], "HeaderBehavior", "Headers", str.lower),
        _read_selection(key["QueryStringsConfig"], "QueryStringBehavior", "QueryStrings", str),
    )


def _read_origin_request_policy(template: Template, reference: object) -> Selection:
    """Which headers it forwards: https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_OriginRequestPolicyHeadersConfig.html"""
    properties = template.properties(reference, "AWS::CloudFront::OriginRequestPolicy")
    config = template.resolve(properties["OriginRequestPolicyConfig"])
    if config["CookiesConfig"]["CookieBehavior"] != "none":
        raise unsupported("forwarding cookies to the origin")
    if config["QueryStringsConfig"]["QueryStringBehavior"] != "none":
        raise unsupported("forwarding query parameters to the origin")
    if config["HeadersConfig"]["HeaderBehavior"] not in ("none", "whitelist"):
        raise unsupported("forwarding all headers to the origin")
    return _read_selection(config["HeadersConfig"], "HeaderBehavior", "Headers", str.lower)


def _read_selection(
    config: Mapping[str, Any], behaviour: str, names: str, normalise: Callable[[str], str]
) -> Selection:
    return Selection(config[behaviour], frozenset(normalise(name) for name in config.get(names, [])))
