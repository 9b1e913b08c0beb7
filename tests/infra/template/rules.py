"""What AWS refuses or punishes and cfn-lint does not know, as checks over a parsed template.

Each returns a sentence for each violation. test_rules.py shows that the template passes and that a broken one does not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from edge.contract.cache_tags import CACHE_TAG_HEADER
from tests.infra.template.resources import behaviours, edge_functions, of_type, only

Check = Callable[[dict[str, Any]], Iterator[str]]
CHECKS: list[Check] = []

#: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-at-edge-function-restrictions.html
_REFUSED_AT_THE_EDGE = (
    "CodeSigningConfigArn",
    "DeadLetterConfig",
    "Environment",
    "FileSystemConfigs",
    "ImageConfig",
    "KmsKeyArn",
    "Layers",
    "SnapStart",
    "TracingConfig",
    "VpcConfig",
)
#: Megabytes and seconds that every edition of the guide allows for the event:
#: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html
_LIMITS = {"viewer-request": (128, 5), "origin-response": (10_240, 30)}
_EDGE_PRINCIPALS = {"lambda.amazonaws.com", "edgelambda.amazonaws.com"}


def check(function: Check) -> Check:
    CHECKS.append(function)
    return function


@check
def edge_functions_use_nothing_that_lambda_at_edge_refuses(raw: dict[str, Any]) -> Iterator[str]:
    for name, function in edge_functions(raw).items():
        properties = function["Properties"]
        for refused in _REFUSED_AT_THE_EDGE:
            if refused in properties:
                yield f"{name} has {refused}"
        if properties.get("Architectures", ["x86_64"]) != ["x86_64"]:
            yield f"{name} is not for x86_64"
        if properties.get("PackageType", "Zip") != "Zip":
            yield f"{name} is not a zip"
        if properties.get("EphemeralStorage", {"Size": 512}) != {"Size": 512}:
            yield f"{name} has more than 512 MB in /tmp"
        if "ReservedConcurrentExecutions" in properties:
            yield f"{name} reserves concurrency, which replicas do not have"


@check
def edge_functions_are_associated_by_numbered_version(raw: dict[str, Any]) -> Iterator[str]:
    versions = of_type(raw, "AWS::Lambda::Version")
    for event, arn in _associations(raw):
        if arn.get("Ref") not in versions:
            yield f"{event} is not a version of this template: {arn}"
    for name, version in versions.items():
        code = version["Properties"].get("CodeSha256", {})
        if not str(code.get("Ref", "")).endswith("Sha256"):
            yield f"{name} does not change with its code"


@check
def edge_functions_stay_within_the_limits_of_their_event(raw: dict[str, Any]) -> Iterator[str]:
    for event, arn in _associations(raw):
        if arn.get("Ref") not in raw["Resources"]:
            continue
        name = raw["Resources"][arn["Ref"]]["Properties"]["FunctionName"]["Ref"]
        memory, seconds = _LIMITS[event]
        properties = raw["Resources"][name]["Properties"]
        if _largest(raw, properties["MemorySize"]) > memory:
            yield f"{name} may have more than {memory} MB"
        if properties["Timeout"] > seconds:
            yield f"{name} may run for more than {seconds} seconds"


@check
def bodies_of_requests_are_not_sent_to_functions(raw: dict[str, Any]) -> Iterator[str]:
    """Above 40 KB they are cut, and nothing here reads one."""
    for association in _nodes(behaviours(raw), "LambdaFunctionARN"):
        if association.get("IncludeBody"):
            yield f"{association['EventType']} gets the body"


@check
def what_replicas_need_outlives_the_stack(raw: dict[str, Any]) -> Iterator[str]:
    for name, resource in {**edge_functions(raw), **of_type(raw, "AWS::Lambda::Version")}.items():
        if {resource.get("DeletionPolicy"), resource.get("UpdateReplacePolicy")} != {"Retain"}:
            yield f"{name} is not retained"


@check
def edge_roles_can_be_assumed_by_replicas(raw: dict[str, Any]) -> Iterator[str]:
    for name, function in edge_functions(raw).items():
        role = raw["Resources"][function["Properties"]["Role"]["Fn::GetAtt"][0]]["Properties"]
        (statement,) = role["AssumeRolePolicyDocument"]["Statement"]
        if set(statement["Principal"]["Service"]) != _EDGE_PRINCIPALS:
            yield f"{name}'s role does not trust {' and '.join(sorted(_EDGE_PRINCIPALS))} alone"
        if "ManagedPolicyArns" in role:
            yield f"{name}'s role has policies of AWS, which allow more than it needs"


@check
def what_says_no_store_is_not_cached(raw: dict[str, Any]) -> Iterator[str]:
    """https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cache-key-understand-cache-policy.html"""
    policies = of_type(raw, "AWS::CloudFront::CachePolicy")
    for name, policy in policies.items():
        if policy["Properties"]["CachePolicyConfig"]["MinTTL"] != 0:
            yield f"{name} has a MinTTL above 0"
    for behaviour in behaviours(raw):
        if behaviour.get("CachePolicyId", {}).get("Ref") not in policies:
            yield "a behaviour has a cache policy of AWS, whose MinTTL is 1"
    errors = only(raw, "AWS::CloudFront::Distribution")["DistributionConfig"]["CustomErrorResponses"]
    for error in errors:
        if error["ErrorCachingMinTTL"] != 0:
            yield f"{error['ErrorCode']} is cached for at least {error['ErrorCachingMinTTL']} seconds"
    # Every status that CloudFront caches without being asked to.
    for code in {404, 414, 500, 501, 502, 503, 504} - {error["ErrorCode"] for error in errors}:
        yield f"{code} is cached for ten seconds, CloudFront's default"


@check
def cache_tags_are_read_from_the_header_that_replies_have(raw: dict[str, Any]) -> Iterator[str]:
    config = only(raw, "AWS::CloudFront::Distribution")["DistributionConfig"].get("CacheTagConfig", {})
    if config.get("HeaderName") != CACHE_TAG_HEADER:
        yield f"CacheTagConfig does not name {CACHE_TAG_HEADER}, so invalidations by tag would do nothing"


@check
def cloudfront_alone_may_read_variants_alone(raw: dict[str, Any]) -> Iterator[str]:
    """The whole policy is compared, since one more statement may allow anything."""
    policy = only(raw, "AWS::S3::BucketPolicy")["PolicyDocument"]["Statement"]
    for statement in policy:
        if statement not in (_CLOUDFRONT_READS, _DENY_WITHOUT_TLS):
            yield f"the bucket policy has another statement: {statement.get('Sid')}"
    if len(policy) != 2:
        yield f"the bucket policy has {len(policy)} statements"


@check
def firewalls_are_cloudfronts(raw: dict[str, Any]) -> Iterator[str]:
    for name, acl in of_type(raw, "AWS::WAFv2::WebACL").items():
        if acl["Properties"]["Scope"] != "CLOUDFRONT":
            yield f"{name} is a firewall of one region"


def _associations(raw: dict[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for association in _nodes(behaviours(raw), "LambdaFunctionARN"):
        yield association["EventType"], association["LambdaFunctionARN"]


def _nodes(node: Any, key: str) -> Iterator[dict[str, Any]]:
    """All mappings with ``key``, in both branches of a condition too."""
    if isinstance(node, dict):
        if key in node:
            yield node
        node = list(node.values())
    if isinstance(node, list):
        for each in node:
            yield from _nodes(each, key)


def _largest(raw: dict[str, Any], value: Any) -> int:
    """The largest value that a property can have: that of its parameter."""
    return int(raw["Parameters"][value["Ref"]]["MaxValue"] if isinstance(value, dict) else value)


#: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
_CLOUDFRONT_READS = {
    "Sid": "CloudFrontReadsVariants",
    "Effect": "Allow",
    "Principal": {"Service": "cloudfront.amazonaws.com"},
    "Action": "s3:GetObject",
    "Resource": {"Fn::Sub": "arn:${AWS::Partition}:s3:::${BucketName}/variants/*"},
    "Condition": {
        "StringEquals": {
            "AWS:SourceArn": {
                "Fn::Sub": "arn:${AWS::Partition}:cloudfront::${AWS::AccountId}:distribution/${Distribution}"
            }
        }
    },
}
_DENY_WITHOUT_TLS = {
    "Sid": "DenyWithoutTls",
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:*",
    "Resource": [
        {"Fn::Sub": "arn:${AWS::Partition}:s3:::${BucketName}"},
        {"Fn::Sub": "arn:${AWS::Partition}:s3:::${BucketName}/*"},
    ],
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}
