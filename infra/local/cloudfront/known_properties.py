"""Which properties of a distribution the local CloudFront knows: those that it implements, and those without an effect.

Every other one is an error, so that nothing works here that does otherwise at AWS.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from infra.local.cloudfront.cloudformation import TemplateError

_DISTRIBUTION = {
    "CacheBehaviors", "CacheTagConfig", "CustomErrorResponses", "DefaultCacheBehavior", "OriginGroups", "Origins",
    # Names, certificates, protocols and prices change no reply over plain HTTP on one machine. Access logs and a
    # comment are about a reply, not in it. The firewall stops floods before they are requests.
    "Aliases", "Comment", "Enabled", "HttpVersion", "IPV6Enabled", "Logging", "PriceClass", "ViewerCertificate",
    "WebACLId",
}  # fmt: skip
_ORIGIN = {
    "CustomOriginConfig", "DomainName", "Id", "OriginCustomHeaders", "OriginPath", "S3OriginConfig",
    # The local storage is readable by the local CloudFront alone, and there is one edge location.
    "ConnectionAttempts", "ConnectionTimeout", "OriginAccessControlId", "OriginShield",
}  # fmt: skip
_BEHAVIOUR = {
    "AllowedMethods", "CachePolicyId", "CachedMethods", "Compress", "FunctionAssociations",
    "LambdaFunctionAssociations", "OriginRequestPolicyId", "PathPattern", "ResponseHeadersPolicyId", "TargetOriginId",
    # The local CloudFront speaks plain HTTP only.
    "ViewerProtocolPolicy",
}  # fmt: skip
_ERROR = {"ErrorCode", "ErrorCachingMinTTL", "ResponsePagePath"}


def require_known(config: Mapping[str, Any]) -> None:
    """Raises `TemplateError` if a distribution's resolved configuration has a property that is not known here."""
    require_properties(config, _DISTRIBUTION, "the distribution's")
    for origin in config["Origins"]:
        require_properties(origin, _ORIGIN, f"the origin {origin['Id']}'s")
    for behaviour in [*config.get("CacheBehaviors", []), config["DefaultCacheBehavior"]]:
        require_properties(behaviour, _BEHAVIOUR, "a cache behaviour's")
    for error in config.get("CustomErrorResponses", []):
        require_properties(error, _ERROR, f"the error {error['ErrorCode']}'s")


def require_properties(node: Mapping[str, Any], known: Collection[str], whose: str) -> None:
    """Raises `TemplateError` if ``node`` has a property that is not ``known``."""
    for name in sorted(node.keys() - set(known)):
        raise unsupported(f"{whose} property {name}")


def unsupported(what: str) -> TemplateError:
    return TemplateError(f"{what} is not supported by the local CloudFront")
