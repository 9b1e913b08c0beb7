"""infra/deployer-policy.yaml allows every call that the commands make, which are recorded here, and little else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from infra.deploy.aws import REGION, Aws
from infra.local.cloudfront.cloudformation import Template
from infra.local.cloudfront.process import TEMPLATE
from tests.iam_policy import Statement, is_allowed
from tests.infra.deploy.conftest import Deployment
from tests.machine import ROOT

ACCOUNT = "000000000000"
POLICY = ROOT / "infra/deployer-policy.yaml"
#: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
MAX_CHARACTERS = 6144

#: The actions of operations that have another name than it, and of S3.
ACTIONS = {
    "CopyObject": "s3:PutObject",
    "HeadBucket": "s3:ListBucket",
    "HeadObject": "s3:GetObject",
    "ListObjectsV2": "s3:ListBucket",
    "PutPublicAccessBlock": "s3:PutBucketPublicAccessBlock",
    "GetPublicAccessBlock": "s3:GetBucketPublicAccessBlock",
    "GetBucketLifecycleConfiguration": "s3:GetLifecycleConfiguration",
    "PutBucketLifecycleConfiguration": "s3:PutLifecycleConfiguration",
    "DeleteBucketLifecycle": "s3:PutLifecycleConfiguration",
    "GetBucketEncryption": "s3:GetEncryptionConfiguration",
    "GetBucketCors": "s3:GetBucketCORS",
    "PutBucketCors": "s3:PutBucketCORS",
    "DeleteBucketCors": "s3:PutBucketCORS",
}
_STACK = f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack"
#: What CloudFormation does first for each type, and for which resource.
CREATIONS = {
    "AWS::Budgets::Budget": ("budgets:ModifyBudget", "arn:aws:budgets::{account}:budget/{stack}-images"),
    "AWS::CertificateManager::Certificate": ("acm:RequestCertificate", "*"),
    "AWS::CloudFront::CachePolicy": ("cloudfront:CreateCachePolicy", "{cloudfront}:cache-policy/1"),
    "AWS::CloudFront::Distribution": ("cloudfront:CreateDistribution", "{cloudfront}:distribution/1"),
    "AWS::CloudFront::Function": ("cloudfront:PublishFunction", "{cloudfront}:function/1"),
    "AWS::CloudFront::KeyValueStore": ("cloudfront:CreateKeyValueStore", "{cloudfront}:key-value-store/1"),
    "AWS::CloudFront::OriginAccessControl": (
        "cloudfront:CreateOriginAccessControl",
        "{cloudfront}:origin-access-control/1",
    ),
    "AWS::CloudFront::OriginRequestPolicy": (
        "cloudfront:CreateOriginRequestPolicy",
        "{cloudfront}:origin-request-policy/1",
    ),
    "AWS::CloudFront::ResponseHeadersPolicy": (
        "cloudfront:CreateResponseHeadersPolicy",
        "{cloudfront}:response-headers-policy/1",
    ),
    "AWS::CloudWatch::Alarm": ("cloudwatch:PutMetricAlarm", "arn:aws:cloudwatch:{region}:{account}:alarm:{stack}-A-1"),
    "AWS::CloudWatch::Dashboard": ("cloudwatch:PutDashboard", "arn:aws:cloudwatch::{account}:dashboard/{stack}-images"),
    "AWS::Events::Rule": ("events:PutRule", "arn:aws:events:{region}:{account}:rule/{stack}-Rule-1"),
    "AWS::IAM::ManagedPolicy": ("iam:CreatePolicy", "arn:aws:iam::{account}:policy/{stack}-DjangoPolicy-1"),
    "AWS::IAM::Policy": ("iam:PutRolePolicy", "arn:aws:iam::{account}:role/{stack}-Role-1"),
    "AWS::IAM::Role": ("iam:CreateRole", "arn:aws:iam::{account}:role/{stack}-Role-1"),
    "AWS::Lambda::Function": ("lambda:CreateFunction", "{function}"),
    "AWS::Lambda::Permission": ("lambda:AddPermission", "{function}"),
    "AWS::Lambda::Url": ("lambda:CreateFunctionUrlConfig", "{function}"),
    "AWS::Lambda::Version": ("lambda:PublishVersion", "{function}"),
    "AWS::Logs::LogGroup": ("logs:CreateLogGroup", "arn:aws:logs:{region}:{account}:log-group:/imagehub/{stack}"),
    "AWS::Logs::MetricFilter": ("logs:PutMetricFilter", "arn:aws:logs:{region}:{account}:log-group:/imagehub/{stack}"),
    "AWS::Logs::QueryDefinition": ("logs:PutQueryDefinition", "*"),
    "AWS::Route53::RecordSetGroup": ("route53:ChangeResourceRecordSets", "arn:aws:route53:::hostedzone/Z1"),
    "AWS::S3::Bucket": ("s3:CreateBucket", "arn:aws:s3:::{bucket}"),
    "AWS::S3::BucketPolicy": ("s3:PutBucketPolicy", "arn:aws:s3:::{bucket}"),
    "AWS::SNS::Topic": ("sns:CreateTopic", "arn:aws:sns:{region}:{account}:{stack}-AlarmTopic-1"),
    "AWS::SecretsManager::RotationSchedule": ("secretsmanager:RotateSecret", "{secret}"),
    "AWS::SecretsManager::Secret": ("secretsmanager:CreateSecret", "{secret}"),
    "AWS::WAFv2::WebACL": ("wafv2:CreateWebACL", "arn:aws:wafv2:{region}:{account}:global/webacl/Firewall-1/2"),
    "Custom::SigningKeys": ("lambda:InvokeFunction", "{function}"),
}


def policies(stack: str, bucket: str, code: str) -> dict[str, list[Statement]]:
    """The statements of both managed policies, for one stack."""
    text = json.dumps(dict(Template.read(POLICY).document))
    names = {"AWS::Partition": "aws", "AWS::Region": REGION, "AWS::AccountId": ACCOUNT}
    names |= {"StackName": stack, "BucketName": bucket, "CodeBucket": code}
    for name, value in names.items():
        text = text.replace(f"${{{name}}}", value)
    resources = json.loads(text, object_hook=lambda node: node["Fn::Sub"] if node.keys() == {"Fn::Sub"} else node)
    return {name: each["Properties"]["PolicyDocument"]["Statement"] for name, each in resources["Resources"].items()}


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str, dict[str, Any]]]:
    """Service, operation and parameters of every call that commands make."""
    made: list[tuple[str, str, dict[str, Any]]] = []
    original = Aws._client

    def recorded(self: Aws, service: str, region: str | None = None) -> Any:
        client = original(self, service, region)
        client.meta.events.register(
            "provide-client-params", lambda params, model, **_: made.append((service, model.name, dict(params)))
        )
        return client

    monkeypatch.setattr(Aws, "_client", recorded)
    return made


def actions_of(service: str, operation: str, params: dict[str, Any], stack: str) -> Iterator[tuple[str, str]]:
    action = ACTIONS.get(operation, f"{service}:{operation}")
    if service == "s3":
        key = params.get("Key")
        yield action, f"arn:aws:s3:::{params['Bucket']}{'/' + key if key else ''}"
    elif service == "cloudformation" and operation not in ("ValidateTemplate", "DescribeStackDriftDetectionStatus"):
        yield action, f"{_STACK}/{stack}/1"
    elif service == "iam":
        yield action, f"arn:aws:iam::{ACCOUNT}:user/somebody"
    else:
        yield action, "*"


def test_everything_that_the_commands_call_is_allowed(
    deployment: Deployment, calls: list[tuple[str, str, dict[str, Any]]]
) -> None:
    name = f"{deployment.stack}-media"
    deployment.aws.s3.create_bucket(Bucket=name)
    calls.clear()
    shared = (f"BucketName={name}", "ExistingBucket=yes", "AdminOrigin=https://admin.example")
    assert deployment.deploy(*shared) == 0, deployment.err
    assert deployment.deploy(build=1) == 0, deployment.err
    assert deployment.run("status") == 0, deployment.err
    oldest = deployment.out.rsplit(maxsplit=1)[-1]
    assert "builds, newest first" in deployment.out
    assert deployment.run("status", "--drift") in (0, 3)
    assert deployment.run("rollback", oldest) == 0, deployment.err
    assert deployment.run("destroy") == 0, deployment.err

    made = {each for call in calls for each in actions_of(*call, deployment.stack)}
    assert {action for action, _ in made} >= {"s3:PutBucketPolicy", "cloudformation:ExecuteChangeSet", "s3:PutObject"}
    command = policies(deployment.stack, name, deployment.code_bucket)["CommandPolicy"]
    assert sorted(each for each in made if not is_allowed(command, *each)) == []


def test_everything_that_the_commands_call_in_the_buckets_region_is_allowed(
    deployment: Deployment, calls: list[tuple[str, str, dict[str, Any]]], regional_packages: Path
) -> None:
    calls.clear()
    place = ("Mode=regional", "BucketRegion=eu-west-1")
    assert deployment.deploy_from(regional_packages, *place) == 0, deployment.err
    bucket = deployment.outputs()["BucketName"]
    assert deployment.run("destroy") == 0, deployment.err
    assert deployment.run("destroy") == 0, deployment.err
    made = {each for call in calls for each in actions_of(*call, deployment.stack)}
    code = deployment.code_bucket
    assert ("s3:CreateBucket", f"arn:aws:s3:::{code}-eu-west-1") in made
    command = policies(deployment.stack, bucket, code)["CommandPolicy"]
    assert sorted(each for each in made if not is_allowed(command, *each)) == []


def test_everything_that_the_template_creates_is_allowed() -> None:
    document = Template.read(TEMPLATE).document
    kinds = {each["Type"] for each in document["Resources"].values()}
    statements = policies("shop", "media", "code")
    both = [*statements["CommandPolicy"], *statements["StackPolicy"]]
    names = {
        "account": ACCOUNT,
        "region": REGION,
        "stack": "shop",
        "bucket": "media",
        "cloudfront": f"arn:aws:cloudfront::{ACCOUNT}",
        "function": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:shop-ViewerRequestFunction-1",
        "secret": f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:shop/signing-keys-1",
    }
    assert kinds == CREATIONS.keys(), "name what CloudFormation calls for it"
    refused = [kind for kind, (action, arn) in CREATIONS.items() if not is_allowed(both, action, arn.format_map(names))]
    assert refused == []


def test_the_gateway_and_its_code_bucket_may_be_in_the_buckets_region() -> None:
    both = [each for statements in policies("shop", "media", "code").values() for each in statements]
    needed = [
        ("s3:CreateBucket", "arn:aws:s3:::code-eu-west-1"),
        ("s3:PutObject", "arn:aws:s3:::code-eu-west-1/gateway.zip"),
        ("lambda:CreateFunction", f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:shop-Gateway-1"),
    ]
    assert [each for each in needed if not is_allowed(both, *each)] == []


def test_nothing_of_another_stack_or_bucket_is_allowed() -> None:
    both = [each for statements in policies("shop", "media", "code").values() for each in statements]
    others = [
        ("s3:PutBucketPolicy", "arn:aws:s3:::other"),
        ("s3:GetObject", "arn:aws:s3:::other/a"),
        ("cloudformation:DeleteStack", f"{_STACK}/other/1"),
        ("lambda:UpdateFunctionCode", f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:other"),
        ("iam:PutRolePolicy", f"arn:aws:iam::{ACCOUNT}:role/other"),
        ("iam:PutUserPolicy", f"arn:aws:iam::{ACCOUNT}:user/shop-me"),
        ("secretsmanager:GetSecretValue", f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:other"),
        ("iam:PassRole", f"arn:aws:iam::{ACCOUNT}:role/shop-Role-1"),
    ]
    assert [each for each in others if is_allowed(both, *each)] == []
    role = f"arn:aws:iam::{ACCOUNT}:role/shop-Role-1"
    assert is_allowed(both, "iam:PassRole", role, {"iam:PassedToService": "lambda.amazonaws.com"})
    assert not is_allowed(both, "iam:PassRole", role, {"iam:PassedToService": "ec2.amazonaws.com"})


def test_the_policies_are_short_enough_for_iam() -> None:
    for name, statements in policies("a" * 40, "b" * 63, "c" * 63).items():
        text = json.dumps({"Version": "2012-10-17", "Statement": statements}, separators=(",", ":"))
        assert len(text) <= MAX_CHARACTERS, name
