"""A CloudFormation template's distribution, as a `Distribution`.

What the template asks for and this CloudFront does not do is an error, never passed over.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from infra.local.cloudfront.cfn import REGION, Reference, Template, TemplateError
from infra.local.cloudfront.distribution import (
    Behaviour,
    CachePolicy,
    Distribution,
    Function,
    ResponseHeadersPolicy,
    S3Origin,
    Selection,
)
from infra.local.cloudfront.header_policies import read_policy

_NOT_MODELLED = (
    "ForwardedValues",
    "FunctionAssociations",
    "OriginRequestPolicyId",
    "TrustedKeyGroups",
    "TrustedSigners",
)
_EVENTS = ("viewer-request", "origin-response")


def load(path: Path) -> Distribution:
    """The one distribution of the template at ``path``. Raises `TemplateError`."""
    try:
        return _distribution(Template.read(path))
    except KeyError as error:
        raise TemplateError(f"{path} lacks {error}") from error


def _distribution(template: Template) -> Distribution:
    config = template.resolve(template.only("AWS::CloudFront::Distribution")["DistributionConfig"])
    origins = {origin["Id"]: _origin(template, origin) for origin in config["Origins"]}
    behaviours = [*config.get("CacheBehaviors", []), config["DefaultCacheBehavior"]]
    return Distribution(
        tuple(_behaviour(template, behaviour, origins) for behaviour in behaviours),
        dict(_error_ttl(error) for error in config.get("CustomErrorResponses", [])),
        config.get("CacheTagConfig", {}).get("HeaderName", "").lower() or None,
    )


def _error_ttl(error: Mapping[str, Any]) -> tuple[int, int]:
    if "ResponsePagePath" in error:
        raise TemplateError("custom error pages are not modelled here")
    return int(error["ErrorCode"]), int(error["ErrorCachingMinTTL"])


def _origin(template: Template, origin: Mapping[str, Any]) -> S3Origin:
    domain = origin["DomainName"]
    if "S3OriginConfig" not in origin or not isinstance(domain, Reference):
        raise TemplateError(f"origin {origin['Id']}: only a bucket of the same template is modelled here")
    properties = template.properties(domain, "AWS::S3::Bucket")
    bucket = template.resolve(properties.get("BucketName")) or str(Reference(domain.logical_id))
    return S3Origin(bucket, REGION, origin.get("OriginPath", ""))


def _behaviour(template: Template, node: Mapping[str, Any], origins: Mapping[str, S3Origin]) -> Behaviour:
    for name in _NOT_MODELLED:
        if node.get(name):
            raise TemplateError(f"{name} is not modelled here")
    if node.get("Compress"):
        raise TemplateError("Compress is not modelled here")
    functions = _functions(template, node.get("LambdaFunctionAssociations", []))
    headers = node.get("ResponseHeadersPolicyId")
    return Behaviour(
        pattern=node.get("PathPattern"),
        origin=origins[node["TargetOriginId"]],
        cache=_cache_policy(template, node["CachePolicyId"]),
        methods=frozenset(node.get("AllowedMethods", ["GET", "HEAD"])),
        cached_methods=frozenset(node.get("CachedMethods", ["GET", "HEAD"])),
        response_headers=read_policy(template, headers) if headers else ResponseHeadersPolicy(),
        viewer_request=functions.get("viewer-request"),
        origin_response=functions.get("origin-response"),
    )


def _functions(template: Template, associations: list[Mapping[str, Any]]) -> dict[str, Function]:
    functions = {}
    for association in associations:
        event = association["EventType"]
        if event not in _EVENTS:
            raise TemplateError(f"functions on {event} are not modelled here")
        version = template.properties(association["LambdaFunctionARN"], "AWS::Lambda::Version")
        functions[event] = _function(template, template.resolve(version["FunctionName"]))
    return functions


def _function(template: Template, reference: Reference) -> Function:
    properties = template.properties(reference, "AWS::Lambda::Function")
    return Function(
        reference.logical_id,
        template.resolve(properties["Handler"]),
        float(template.resolve(properties.get("Timeout", 3))),
        int(template.resolve(properties.get("MemorySize", 128))),
    )


def _cache_policy(template: Template, reference: object) -> CachePolicy:
    config = template.resolve(template.properties(reference, "AWS::CloudFront::CachePolicy")["CachePolicyConfig"])
    key = config["ParametersInCacheKeyAndForwardedToOrigin"]
    if key.get("EnableAcceptEncodingGzip") or key.get("EnableAcceptEncodingBrotli"):
        raise TemplateError("compression is not modelled here: Accept-Encoding must stay out of the cache key")
    if key["CookiesConfig"]["CookieBehavior"] != "none":
        raise TemplateError("cookies in the cache key are not modelled here")
    return CachePolicy(
        int(config["MinTTL"]),
        int(config["DefaultTTL"]),
        int(config["MaxTTL"]),
        _selection(key["HeadersConfig"], "Header", str.lower),
        _selection(key["QueryStringsConfig"], "QueryString", str),
    )


def _selection(config: Mapping[str, Any], kind: str, spell: Any) -> Selection:
    names = config.get("Headers" if kind == "Header" else f"{kind}s", [])
    return Selection(config[f"{kind}Behavior"], frozenset(spell(name) for name in names))
