"""Rights and quotas are checked before anything is created."""

from __future__ import annotations

import json

import pytest

from infra.deploy.stack import find_stack
from tests.infra.deploy.conftest import Deployment


def _log_in_as_user(deployment: Deployment, monkeypatch: pytest.MonkeyPatch, *actions: str) -> str:
    name, iam = f"user-{deployment.stack}", deployment.aws.iam
    iam.create_user(UserName=name)
    statement = {"Effect": "Allow", "Action": actions, "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_user_policy(UserName=name, PolicyName="rights", PolicyDocument=document)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", key["AccessKeyId"])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", key["SecretAccessKey"])
    return name


def test_missing_rights_are_named_before_anything_is_created(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = _log_in_as_user(deployment, monkeypatch, "cloudformation:*", "s3:*", "iam:*", "cloudfront:*")
    assert deployment.deploy() == 3
    assert f"user/{name} lacks rights for this stack: lambda:CreateFunction, lambda:" in deployment.err
    assert "infra/deployer-policy.yaml has all rights" in deployment.err
    assert find_stack(deployment.aws, deployment.stack) is None


def test_sufficient_rights_pass(deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> None:
    _log_in_as_user(deployment, monkeypatch, "cloudformation:*", "s3:*", "iam:*", "cloudfront:*", "lambda:*", "logs:*")
    assert deployment.deploy() == 0, deployment.err


def test_a_quota_that_is_used_up_is_a_warning(deployment: Deployment) -> None:
    for number in range(20):
        config = {"Name": f"{deployment.stack}-{number}", "MinTTL": 0}
        deployment.aws.cloudfront.create_cache_policy(CachePolicyConfig=config)
    assert deployment.deploy() == 0, deployment.err
    assert "cache policies, and 20 are allowed by default" in deployment.out
