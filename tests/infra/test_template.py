"""The stack: the rules of Lambda@Edge and of this project that cfn-lint does not check."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from edge.lambda_event import QUERY_HEADER
from infra.local.cloudfront.cloudformation import Template
from infra.local.cloudfront.process import TEMPLATE


@pytest.fixture(scope="module")
def raw() -> dict[str, Any]:
    """The template with ``!Ref X`` as ``{"Ref": "X"}``."""
    return dict(Template.read(TEMPLATE).document)


def of_type(raw: dict[str, Any], kind: str) -> dict[str, dict[str, Any]]:
    return {name: resource for name, resource in raw["Resources"].items() if resource["Type"] == kind}


def only(raw: dict[str, Any], kind: str) -> dict[str, Any]:
    (resource,) = of_type(raw, kind).values()
    properties: dict[str, Any] = resource["Properties"]
    return properties


def statements(raw: dict[str, Any]) -> list[dict[str, Any]]:
    policies = of_type(raw, "AWS::IAM::Policy").values()
    return [statement for policy in policies for statement in policy["Properties"]["PolicyDocument"]["Statement"]]


def behaviours(raw: dict[str, Any]) -> list[dict[str, Any]]:
    config = only(raw, "AWS::CloudFront::Distribution")["DistributionConfig"]
    return [config["DefaultCacheBehavior"], *config.get("CacheBehaviors", [])]


def test_cfn_lint_finds_no_problem() -> None:
    linter = Path(sys.executable).parent / "cfn-lint"
    done = subprocess.run([linter, TEMPLATE], capture_output=True, text=True, check=False)
    assert (done.stdout, done.returncode) == ("", 0)


def test_functions_use_no_feature_that_lambda_at_edge_refuses(raw: dict[str, Any]) -> None:
    functions = of_type(raw, "AWS::Lambda::Function").values()
    assert len(functions) == 2
    for function in functions:
        properties = function["Properties"]
        refused = {
            "Environment",
            "Layers",
            "VpcConfig",
            "DeadLetterConfig",
            "TracingConfig",
            "KmsKeyArn",
            "ImageConfig",
        }
        assert not refused & properties.keys()
        assert properties["Architectures"] == ["x86_64"]
        assert properties["Runtime"] == "python3.13"
        assert properties.get("PackageType", "Zip") == "Zip"
        assert properties.get("EphemeralStorage", {"Size": 512}) == {"Size": 512}


def test_functions_stay_within_the_limits_of_their_events(raw: dict[str, Any]) -> None:
    functions = of_type(raw, "AWS::Lambda::Function")
    viewer = functions["ViewerRequestFunction"]["Properties"]
    origin = functions["OriginResponseFunction"]["Properties"]
    assert (viewer["Handler"], viewer["MemorySize"]) == ("edge.viewer_request.handler", 128)
    assert viewer["Timeout"] <= 5
    assert origin["Handler"] == "edge.origin_response.handler"
    assert origin["Timeout"] <= 30
    assert origin["MemorySize"] <= 10_240


def test_functions_and_versions_are_retained_because_their_replicas_outlive_the_stack(raw: dict[str, Any]) -> None:
    kept = [*of_type(raw, "AWS::Lambda::Function").values(), *of_type(raw, "AWS::Lambda::Version").values()]
    assert len(kept) == 4
    for resource in (*kept, *of_type(raw, "AWS::S3::Bucket").values()):
        assert (resource["DeletionPolicy"], resource["UpdateReplacePolicy"]) == ("Retain", "Retain")


def test_every_behaviour_runs_both_functions_as_numbered_versions(raw: dict[str, Any]) -> None:
    versions = of_type(raw, "AWS::Lambda::Version")
    for behaviour in behaviours(raw):
        pairs = {item["EventType"]: item["LambdaFunctionARN"] for item in behaviour["LambdaFunctionAssociations"]}
        assert pairs.keys() == {"viewer-request", "origin-response"}
        assert all(arn.keys() == {"Ref"} and arn["Ref"] in versions for arn in pairs.values())


def test_new_code_creates_a_new_version(raw: dict[str, Any]) -> None:
    for version in of_type(raw, "AWS::Lambda::Version").values():
        assert version["Properties"]["CodeSha256"]["Ref"].endswith("Sha256")


def test_roles_trust_lambda_and_lambda_at_edge(raw: dict[str, Any]) -> None:
    for role in of_type(raw, "AWS::IAM::Role").values():
        (statement,) = role["Properties"]["AssumeRolePolicyDocument"]["Statement"]
        assert statement["Principal"] == {"Service": ["lambda.amazonaws.com", "edgelambda.amazonaws.com"]}
        assert "ManagedPolicyArns" not in role["Properties"]


def test_no_statement_allows_everything(raw: dict[str, Any]) -> None:
    for statement in statements(raw):
        actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
        assert not [action for action in actions if "*" in action]
        assert statement["Resource"] != "*"


def test_origin_response_may_write_variants_and_records_of_failures_only(raw: dict[str, Any]) -> None:
    writing = {
        each["Resource"]["Fn::Sub"]: each["Action"] for each in statements(raw) if "s3:Put" in str(each["Action"])
    }
    assert writing == {
        "${Bucket.Arn}/variants/*": ["s3:PutObject", "s3:DeleteObject"],
        "${Bucket.Arn}/failures/*": "s3:PutObject",
    }
    (policy,) = [
        each["Properties"]
        for each in of_type(raw, "AWS::IAM::Policy").values()
        if "s3:" in json.dumps(each["Properties"]["PolicyDocument"])
    ]
    assert policy["Roles"] == [{"Ref": "OriginResponseRole"}]


def test_only_viewer_request_may_read_the_signing_keys(raw: dict[str, Any]) -> None:
    policies = [each["Properties"] for each in of_type(raw, "AWS::IAM::Policy").values()]
    (policy,) = [each for each in policies if "secretsmanager" in json.dumps(each["PolicyDocument"])]
    assert policy["Roles"] == [{"Ref": "ViewerRequestRole"}]


def test_the_verified_query_is_forwarded_and_is_not_in_the_cache_key(raw: dict[str, Any]) -> None:
    (name,) = of_type(raw, "AWS::CloudFront::OriginRequestPolicy")
    headers = only(raw, "AWS::CloudFront::OriginRequestPolicy")["OriginRequestPolicyConfig"]["HeadersConfig"]
    assert headers == {"HeaderBehavior": "whitelist", "Headers": [QUERY_HEADER]}
    assert [behaviour["OriginRequestPolicyId"] for behaviour in behaviours(raw)] == [{"Ref": name}]
    key = only(raw, "AWS::CloudFront::CachePolicy")["CachePolicyConfig"]["ParametersInCacheKeyAndForwardedToOrigin"]
    assert key["HeadersConfig"] == {"HeaderBehavior": "none"}


def test_logs_may_be_written_in_every_region(raw: dict[str, Any]) -> None:
    (logs,) = [each for each in statements(raw) if "logs:PutLogEvents" in each["Action"]]
    assert ":logs:*:" in logs["Resource"]["Fn::Sub"]


def test_cloudfront_may_read_variants_only(raw: dict[str, Any]) -> None:
    allowed = [
        statement
        for statement in only(raw, "AWS::S3::BucketPolicy")["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Allow"
    ]
    (statement,) = allowed
    assert statement["Principal"] == {"Service": "cloudfront.amazonaws.com"}
    assert statement["Action"] == "s3:GetObject"
    assert statement["Resource"] == {"Fn::Sub": "${Bucket.Arn}/variants/*"}
    source = statement["Condition"]["StringEquals"]["AWS:SourceArn"]["Fn::Sub"]
    assert source.endswith("distribution/${Distribution}")


def test_the_bucket_is_private(raw: dict[str, Any]) -> None:
    bucket = only(raw, "AWS::S3::Bucket")
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert bucket["OwnershipControls"]["Rules"] == [{"ObjectOwnership": "BucketOwnerEnforced"}]
    rules = bucket["LifecycleConfiguration"]["Rules"]
    expiring = {rule["Prefix"]: rule["ExpirationInDays"] for rule in rules if "Prefix" in rule}
    assert expiring == {"incoming/": 1, "failures/": 1}


def test_the_origin_is_read_through_origin_access_control_and_shielded(raw: dict[str, Any]) -> None:
    (origin,) = only(raw, "AWS::CloudFront::Distribution")["DistributionConfig"]["Origins"]
    assert origin["S3OriginConfig"] == {"OriginAccessIdentity": ""}
    assert origin["OriginAccessControlId"] == {"Fn::GetAtt": ["OriginAccessControl", "Id"]}
    assert origin["OriginShield"] == {"Enabled": True, "OriginShieldRegion": {"Ref": "AWS::Region"}}


def test_a_flood_from_one_address_is_stopped_before_the_functions(raw: dict[str, Any]) -> None:
    firewall = only(raw, "AWS::WAFv2::WebACL")
    assert (firewall["Scope"], firewall["DefaultAction"]) == ("CLOUDFRONT", {"Allow": {}})
    (rule,) = firewall["Rules"]
    assert rule["Statement"]["RateBasedStatement"] == {
        "AggregateKeyType": "IP",
        "EvaluationWindowSec": 60,
        "Limit": {"Ref": "RequestsPerMinute"},
    }
    assert rule["Action"]["Block"]["CustomResponse"]["ResponseCode"] == 429
    config = only(raw, "AWS::CloudFront::Distribution")["DistributionConfig"]
    # A distribution takes the ARN of a CLOUDFRONT web ACL, not the id that Ref returns:
    # https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-cloudfront-distribution-distributionconfig.html
    arn, nothing = {"Fn::GetAtt": ["Firewall", "Arn"]}, {"Ref": "AWS::NoValue"}
    assert config["WebACLId"] == {"Fn::If": ["LimitsRates", arn, nothing]}
