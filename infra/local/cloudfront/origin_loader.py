"""Reads the origins of a distribution: buckets, function URLs, and groups of two."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from infra.local.cloudfront.cloudformation import REGION, Reference, Template, TemplateError
from infra.local.cloudfront.distribution import FunctionUrlOrigin, OriginGroup, S3Origin, SingleOrigin
from infra.local.cloudfront.function_loader import read_function
from infra.local.cloudfront.known_properties import require_properties, unsupported

# How the connection is made does not matter here.
_CONNECTION = ("OriginProtocolPolicy", "OriginSSLProtocols", "OriginReadTimeout")
# It has no cache of its own here: what it would keep, the edge location's cache keeps.
_SHIELD = ("Enabled", "OriginShieldRegion")
#: For which statuses an origin group can ask its second origin:
#: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/high_availability_origin_failover.html
_FAILOVER = frozenset({400, 403, 404, 416, 429, 500, 502, 503, 504})


def read_origins(template: Template, config: Mapping[str, Any]) -> dict[str, SingleOrigin | OriginGroup]:
    """Return the origins and origin groups of a ``DistributionConfig`` by their ids. Raises `TemplateError`."""
    origins = {origin["Id"]: _read_origin(template, origin) for origin in config["Origins"]}
    groups = config.get("OriginGroups", {}).get("Items", [])
    return origins | {group["Id"]: _read_group(group, origins) for group in groups}


def _read_origin(template: Template, origin: Mapping[str, Any]) -> SingleOrigin:
    domain, name = origin["DomainName"], origin["Id"]
    headers = tuple((item["HeaderName"].lower(), item["HeaderValue"]) for item in origin.get("OriginCustomHeaders", []))
    if isinstance(domain, Reference) and "S3OriginConfig" in origin:
        require_properties(origin["S3OriginConfig"], ("OriginAccessIdentity",), f"the origin {name}'s")
        require_properties(origin.get("OriginShield", {}), _SHIELD, f"the origin {name}'s")
        _require_signed(template, origin, "s3")
        properties = template.properties(domain, "AWS::S3::Bucket")
        bucket = template.resolve(properties.get("BucketName")) or str(Reference(domain.logical_id))
        return S3Origin(bucket, REGION, origin.get("OriginPath", ""), headers)
    if isinstance(domain, Reference) and domain.attribute == "FunctionUrl":
        require_properties(origin["CustomOriginConfig"], _CONNECTION, f"the origin {name}'s")
        return FunctionUrlOrigin(_read_url(template, domain, origin), headers)
    raise unsupported(f"origin {name}, which is neither a bucket nor a function URL of the same template,")


def _read_url(template: Template, url: Reference, origin: Mapping[str, Any]) -> Any:
    properties = template.properties(Reference(url.logical_id), "AWS::Lambda::Url")
    require_properties(properties, ("TargetFunctionArn", "AuthType", "InvokeMode"), f"{url.logical_id}'s")
    if properties.get("InvokeMode", "BUFFERED") != "BUFFERED":
        raise unsupported("a function URL that streams its replies")
    if properties["AuthType"] != "NONE":
        _require_signed(template, origin, "lambda")
    target: Reference = template.resolve(properties["TargetFunctionArn"])
    return read_function(template, Reference(target.logical_id))


def _require_signed(template: Template, origin: Mapping[str, Any], kind: str) -> None:
    """Raises `TemplateError` if the origin access control would not let CloudFront in."""
    control = origin.get("OriginAccessControlId")
    if control is None and kind == "s3":
        return  # who may read the bucket is not checked here
    reference = Reference(control.logical_id) if isinstance(control, Reference) else control
    properties = template.properties(reference, "AWS::CloudFront::OriginAccessControl")
    config = template.resolve(properties["OriginAccessControlConfig"])
    found = config["OriginAccessControlOriginType"], config["SigningBehavior"], config["SigningProtocol"]
    if found != (kind, "always", "sigv4"):
        wanted = f"OriginAccessControlOriginType {kind}, SigningBehavior always and SigningProtocol sigv4"
        raise TemplateError(f"the origin {origin['Id']} would answer 403: its access control must have {wanted}")


def _read_group(group: Mapping[str, Any], origins: Mapping[str, SingleOrigin]) -> OriginGroup:
    require_properties(group, ("Id", "FailoverCriteria", "Members"), f"the origin group {group['Id']}'s")
    statuses = frozenset(map(int, group["FailoverCriteria"]["StatusCodes"]["Items"]))
    if unknown := sorted(statuses - _FAILOVER):
        raise TemplateError(f"an origin group cannot fail over on {unknown[0]}")
    primary, secondary = (origins[member["OriginId"]] for member in group["Members"]["Items"])
    return OriginGroup(primary, secondary, statuses)
