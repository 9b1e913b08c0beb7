"""The template keeps AWS's rules, and a template that breaks one of them is found."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from infra.local.cloudfront.process import TEMPLATE
from tests.infra.template.resources import of_type, only
from tests.infra.template.rules import CHECKS, Check


@pytest.mark.parametrize("check", CHECKS, ids=lambda each: each.__name__)
def test_the_template_keeps_the_rule(raw: dict[str, Any], check: Check) -> None:
    assert list(check(raw)) == []


def _function(raw: dict[str, Any], name: str = "OriginResponse") -> dict[str, Any]:
    properties: dict[str, Any] = raw["Resources"][f"{name}Function"]["Properties"]
    return properties


def _config(raw: dict[str, Any]) -> dict[str, Any]:
    config: dict[str, Any] = only(raw, "AWS::CloudFront::Distribution")["DistributionConfig"]
    return config


def _set(name: str, value: Any) -> Callable[[dict[str, Any]], None]:
    return lambda raw: _function(raw).update({name: value})


def _association(raw: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = _config(raw)["DefaultCacheBehavior"]["LambdaFunctionAssociations"][0]["Fn::If"][1]
    return found


def _policy(raw: dict[str, Any]) -> list[dict[str, Any]]:
    statements: list[dict[str, Any]] = only(raw, "AWS::S3::BucketPolicy")["PolicyDocument"]["Statement"]
    return statements


def _cache_policy(raw: dict[str, Any]) -> dict[str, Any]:
    config: dict[str, Any] = only(raw, "AWS::CloudFront::CachePolicy")["CachePolicyConfig"]
    return config


def _role(raw: dict[str, Any]) -> dict[str, Any]:
    properties: dict[str, Any] = raw["Resources"]["OriginResponseRole"]["Properties"]
    return properties


_STATEMENT = {"Sid": "Other", "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn"}

BROKEN: dict[str, tuple[Callable[[dict[str, Any]], Any], str]] = {
    "environment": (_set("Environment", {"Variables": {"A": "b"}}), "OriginResponseFunction has Environment"),
    "layers": (_set("Layers", ["arn"]), "OriginResponseFunction has Layers"),
    "vpc": (_set("VpcConfig", {"SubnetIds": ["subnet"]}), "OriginResponseFunction has VpcConfig"),
    "dead letters": (_set("DeadLetterConfig", {"TargetArn": "arn"}), "OriginResponseFunction has DeadLetterConfig"),
    "tracing": (_set("TracingConfig", {"Mode": "Active"}), "OriginResponseFunction has TracingConfig"),
    "arm64": (_set("Architectures", ["arm64"]), "OriginResponseFunction is not for x86_64"),
    "container image": (_set("PackageType", "Image"), "OriginResponseFunction is not a zip"),
    "large /tmp": (_set("EphemeralStorage", {"Size": 1024}), "more than 512 MB in /tmp"),
    "reserved": (_set("ReservedConcurrentExecutions", 5), "OriginResponseFunction reserves concurrency"),
    "slow renderer": (_set("Timeout", 31), "OriginResponseFunction may run for more than 30 seconds"),
    "slow viewer": (lambda raw: _function(raw, "ViewerRequest").update(Timeout=6), "for more than 5 seconds"),
    "large viewer": (lambda raw: _function(raw, "ViewerRequest").update(MemorySize=256), "more than 128 MB"),
    "large renderer": (
        lambda raw: raw["Parameters"]["RendererMemory"].update(MaxValue=10_241),
        "more than 10240 MB",
    ),
    "$LATEST": (
        lambda raw: _association(raw).update(LambdaFunctionARN={"Fn::GetAtt": ["ViewerRequestFunction", "Arn"]}),
        "viewer-request is not a version of this template",
    ),
    "one version forever": (
        lambda raw: raw["Resources"]["OriginResponseVersion"]["Properties"].pop("CodeSha256"),
        "OriginResponseVersion does not change with its code",
    ),
    "body": (lambda raw: _association(raw).update(IncludeBody=True), "viewer-request gets the body"),
    "deleted": (
        lambda raw: raw["Resources"]["OriginResponseVersion"].update(DeletionPolicy="Delete"),
        "OriginResponseVersion is not retained",
    ),
    "untrusted": (
        lambda raw: _role(raw)["AssumeRolePolicyDocument"]["Statement"][0]["Principal"]["Service"].pop(),
        "OriginResponseFunction's role does not trust",
    ),
    "trusts more": (
        lambda raw: _role(raw)["AssumeRolePolicyDocument"]["Statement"][0]["Principal"]["Service"].append("ec2"),
        "OriginResponseFunction's role does not trust",
    ),
    "policy of AWS": (lambda raw: _role(raw).update(ManagedPolicyArns=["arn"]), "has policies of AWS"),
    "MinTTL": (lambda raw: _cache_policy(raw).update(MinTTL=1), "CachePolicy has a MinTTL above 0"),
    "managed cache policy": (
        lambda raw: _config(raw)["DefaultCacheBehavior"].update(
            CachePolicyId={"Ref": "658327ea-f89d-4fab-a63d-7e88639e58f6"}
        ),
        "a behaviour has a cache policy of AWS",
    ),
    "cached 503": (
        lambda raw: _config(raw)["CustomErrorResponses"].append({"ErrorCode": 503, "ErrorCachingMinTTL": 10}),
        "503 is cached for at least 10 seconds",
    ),
    "default error time": (
        lambda raw: _config(raw)["CustomErrorResponses"].pop(-1),
        "504 is cached for ten seconds, CloudFront's default",
    ),
    "no tags": (lambda raw: _config(raw).pop("CacheTagConfig"), "invalidations by tag would do nothing"),
    "other tags": (
        lambda raw: _config(raw)["CacheTagConfig"].update(HeaderName="Cache-Tag"),
        "invalidations by tag would do nothing",
    ),
    "another reader": (lambda raw: _policy(raw).append(_STATEMENT), "another statement: Other"),
    "any distribution": (lambda raw: _policy(raw)[0].pop("Condition"), "another statement: CloudFrontReadsVariants"),
    "whole bucket": (
        lambda raw: _policy(raw)[0].update(Resource={"Fn::Sub": "${Bucket.Arn}/*"}),
        "another statement: CloudFrontReadsVariants",
    ),
    "without TLS": (lambda raw: _policy(raw).pop(1), "the bucket policy has 1 statements"),
    "regional firewall": (
        lambda raw: only(raw, "AWS::WAFv2::WebACL").update(Scope="REGIONAL"),
        "Firewall is a firewall of one region",
    ),
}


@pytest.mark.parametrize(("break_it", "violation"), BROKEN.values(), ids=BROKEN)
def test_a_broken_template_is_found(
    raw: dict[str, Any], break_it: Callable[[dict[str, Any]], Any], violation: str
) -> None:
    broken = copy.deepcopy(raw)
    break_it(broken)
    found = [text for check in CHECKS for text in check(broken)]
    assert [text for text in found if violation in text], found


def _unexplained(template: str) -> Iterator[str]:
    """Lines with a name that stands for everything, without a comment beside them or just above."""
    lines = template.splitlines()
    for before, line in zip(["", *lines], lines, strict=False):
        code, _, comment = line.partition("#")
        everything = re.search(r"""(?:^|[\s\["':])\*(?:["'\],:]|$)""", code)
        if everything and not comment and not before.lstrip().startswith("#"):
            yield line.strip()


@pytest.mark.parametrize("template", sorted(TEMPLATE.parent.glob("*.yaml")), ids=lambda path: path.name)
def test_every_wildcard_has_its_reason_beside_it(template: Path) -> None:
    assert list(_unexplained(template.read_text())) == []


@pytest.mark.parametrize(
    "line",
    ['Resource: "*"', "Action: s3:*", "Action: [s3:GetObject, s3:*]", "Resource: arn:aws:logs:*:1:log-group:x"],
)
def test_a_wildcard_without_a_reason_is_found(line: str) -> None:
    assert list(_unexplained(f"# Not beside it.\nSid: X\n{line}\n")) == [line]
    assert list(_unexplained(f"# A reason.\n{line}\n")) == []


def test_a_prefix_is_no_wildcard_and_needs_no_reason() -> None:
    assert list(_unexplained('Resource: !Sub "${Bucket.Arn}/variants/*"\n')) == []


def test_each_kind_of_rule_looks_at_something(raw: dict[str, Any]) -> None:
    for kind in ("Lambda::Version", "CloudFront::CachePolicy", "WAFv2::WebACL", "S3::BucketPolicy"):
        assert of_type(raw, f"AWS::{kind}")
