"""Reads the distribution of a CloudFormation template.

A property that the local CloudFront does not support is an error: it is never ignored.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from infra.local.cloudfront.cloudformation import REGION, Reference, Template, TemplateError
from infra.local.cloudfront.distribution import (
    CacheBehaviour,
    CachePolicy,
    Distribution,
    LambdaFunction,
    ResponseHeadersPolicy,
    S3Origin,
    Selection,
)
from infra.local.cloudfront.known_properties import require_known
from infra.local.cloudfront.response_headers_policy import read_response_headers_policy

_UNSUPPORTED = (
    "Compress",
    "ForwardedValues",
    "FunctionAssociations",
    "TrustedKeyGroups",
    "TrustedSigners",
)
_EVENTS = ("viewer-request", "origin-response")


def load_distribution(path: Path) -> Distribution:
    """Return the one distribution of the template at ``path``. Raises `TemplateError`."""
    try:
        return _read_distribution(Template.read(path))
    except KeyError as error:
        raise TemplateError(f"{path} lacks {error}") from error


def _read_distribution(template: Template) -> Distribution:
    config = template.resolve(template.only("AWS::CloudFront::Distribution")["DistributionConfig"])
    require_known(config)
    origins = {origin["Id"]: _read_origin(template, origin) for origin in config["Origins"]}
    behaviours = [*config.get("CacheBehaviors", []), config["DefaultCacheBehavior"]]
    return Distribution(
        tuple(_read_behaviour(template, behaviour, origins) for behaviour in behaviours),
        dict(_read_error_ttl(error) for error in config.get("CustomErrorResponses", [])),
        config.get("CacheTagConfig", {}).get("HeaderName", "").lower() or None,
    )


def _read_error_ttl(error: Mapping[str, Any]) -> tuple[int, int]:
    if "ResponsePagePath" in error:
        raise _unsupported("a custom error page")
    return int(error["ErrorCode"]), int(error["ErrorCachingMinTTL"])


def _read_origin(template: Template, origin: Mapping[str, Any]) -> S3Origin:
    domain = origin["DomainName"]
    if "S3OriginConfig" not in origin or not isinstance(domain, Reference):
        raise _unsupported(f"origin {origin['Id']}, which is not a bucket of the same template,")
    properties = template.properties(domain, "AWS::S3::Bucket")
    bucket = template.resolve(properties.get("BucketName")) or str(Reference(domain.logical_id))
    headers = ((item["HeaderName"].lower(), item["HeaderValue"]) for item in origin.get("OriginCustomHeaders", []))
    return S3Origin(bucket, REGION, origin.get("OriginPath", ""), tuple(headers))


def _read_behaviour(template: Template, node: Mapping[str, Any], origins: Mapping[str, S3Origin]) -> CacheBehaviour:
    for name in _UNSUPPORTED:
        if node.get(name):
            raise _unsupported(name)
    functions = _read_functions(template, node.get("LambdaFunctionAssociations", []))
    forwarded, headers = node.get("OriginRequestPolicyId"), node.get("ResponseHeadersPolicyId")
    return CacheBehaviour(
        pattern=node.get("PathPattern"),
        origin=origins[node["TargetOriginId"]],
        cache=_read_cache_policy(template, node["CachePolicyId"]),
        methods=frozenset(node.get("AllowedMethods", ["GET", "HEAD"])),
        cached_methods=frozenset(node.get("CachedMethods", ["GET", "HEAD"])),
        forwarded=_read_origin_request_policy(template, forwarded) if forwarded else Selection(),
        response_headers=read_response_headers_policy(template, headers) if headers else ResponseHeadersPolicy(),
        viewer_request=functions.get("viewer-request"),
        origin_response=functions.get("origin-response"),
    )


def _read_functions(template: Template, associations: list[Mapping[str, Any]]) -> dict[str, LambdaFunction]:
    functions = {}
    for association in associations:
        event = association["EventType"]
        if event not in _EVENTS:
            raise _unsupported(f"a function on {event}")
        version = template.properties(association["LambdaFunctionARN"], "AWS::Lambda::Version")
        functions[event] = _read_function(template, template.resolve(version["FunctionName"]))
    return functions


def _read_function(template: Template, reference: Reference) -> LambdaFunction:
    properties = template.properties(reference, "AWS::Lambda::Function")
    # Lambda's own defaults: https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
    return LambdaFunction(
        reference.logical_id,
        template.resolve(properties["Handler"]),
        float(template.resolve(properties.get("Timeout", 3))),
        int(template.resolve(properties.get("MemorySize", 128))),
    )


def _read_cache_policy(template: Template, reference: object) -> CachePolicy:
    config = template.resolve(template.properties(reference, "AWS::CloudFront::CachePolicy")["CachePolicyConfig"])
    key = config["ParametersInCacheKeyAndForwardedToOrigin"]
    if key.get("EnableAcceptEncodingGzip") or key.get("EnableAcceptEncodingBrotli"):
        raise _unsupported("Accept-Encoding in the cache key")
    if key["CookiesConfig"]["CookieBehavior"] != "none":
        raise _unsupported("a cookie in the cache key")
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
        raise _unsupported("forwarding cookies to the origin")
    if config["QueryStringsConfig"]["QueryStringBehavior"] != "none":
        raise _unsupported("forwarding query parameters to the origin")
    if config["HeadersConfig"]["HeaderBehavior"] not in ("none", "whitelist"):
        raise _unsupported("forwarding all headers to the origin")
    return _read_selection(config["HeadersConfig"], "HeaderBehavior", "Headers", str.lower)


def _read_selection(
    config: Mapping[str, Any], behaviour: str, names: str, normalise: Callable[[str], str]
) -> Selection:
    return Selection(config[behaviour], frozenset(normalise(name) for name in config.get(names, [])))


def _unsupported(what: str) -> TemplateError:
    return TemplateError(f"{what} is not supported by the local CloudFront")
