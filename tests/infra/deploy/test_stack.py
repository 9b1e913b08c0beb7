"""Stacks in a state that CloudFormation does not update: each says what to do, and that works."""

from __future__ import annotations

import re

import pytest

from infra.deploy.stack import find_stack
from tests.infra.deploy.conftest import Deployment
from tests.infra.deploy.relay import Relay
from tests.machine import wait_until


def test_a_stack_that_was_never_created_completely_must_be_removed_first(deployment: Deployment) -> None:
    text = deployment.template.read_text()
    deployment.template.write_text("Resources:\n  Bucket: {Type: AWS::S3::Bucket}\n")
    deployment.add_failure()
    broken = deployment.template.read_text()
    deployment.aws.cloudformation.create_stack(StackName=deployment.stack, TemplateBody=broken)
    deployment.template.write_text(text)
    wait_until(lambda: deployment.describe()["StackStatus"] == "ROLLBACK_COMPLETE")
    assert deployment.deploy() == 3
    assert "was never created completely (ROLLBACK_COMPLETE), so it cannot be updated" in deployment.err
    assert f"python -m infra.deploy destroy --stack {deployment.stack}" in deployment.err
    assert deployment.run("destroy") == 0, deployment.err
    assert deployment.deploy() == 0, deployment.err


def test_a_rollback_that_failed_is_continued(
    deployment: Deployment, ministack: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The update changes a function, then fails; the function's old zip is missing, so it cannot be undone."""
    deployment.deployed()
    bucket = deployment.code_bucket
    old = {each["ParameterKey"]: each["ParameterValue"] for each in deployment.describe()["Parameters"]}[
        "ViewerRequestKey"
    ]
    body = deployment.aws.s3.get_object(Bucket=bucket, Key=old)["Body"].read()
    deployment.aws.s3.delete_object(Bucket=bucket, Key=old)
    deployment.add_failure(after="ViewerRequestVersion")
    assert deployment.deploy(build=1) == 3
    assert "(UPDATE_ROLLBACK_FAILED: " in deployment.err
    assert f"python -m infra.deploy rollback --stack {deployment.stack}" in deployment.err

    relay = Relay(ministack, b"ContinueUpdateRollback")
    with monkeypatch.context() as patched:
        patched.setenv("AWS_ENDPOINT_URL", relay.url)
        assert deployment.run("rollback") == 6
    assert "CloudFormation continues by itself. Follow it with: " in deployment.err

    deployment.aws.s3.put_object(Bucket=bucket, Key=old, Body=body)
    assert deployment.run("rollback") == 0, deployment.err
    assert deployment.describe()["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"


def test_there_is_no_stack_of_an_unknown_name(deployment: Deployment) -> None:
    assert find_stack(deployment.aws, deployment.stack) is None
    assert deployment.run("status") == 3
    assert re.search(rf"There is no stack {deployment.stack}\. Create it with: .* deploy", deployment.err)


def test_a_stack_that_was_not_deleted_completely_is_removed_by_repeating(deployment: Deployment) -> None:
    """A user of the stack has an access key that somebody created by hand, so that it cannot be deleted."""
    user = f"{deployment.stack}-user"
    resource = f"Resources:\n  Someone: {{Type: AWS::IAM::User, Properties: {{UserName: {user}}}}}\n"
    deployment.template.write_text(deployment.template.read_text().replace("Resources:\n", resource, 1))
    deployment.deployed()
    key = deployment.aws.iam.create_access_key(UserName=user)["AccessKey"]["AccessKeyId"]
    assert deployment.run("destroy") == 1
    assert "Someone (IAM User) could not be deleted: " in deployment.err
    assert f"repeat the command: python -m infra.deploy destroy --stack {deployment.stack}" in deployment.err
    assert deployment.deploy() == 3
    assert "was not deleted completely (DELETE_FAILED), so it cannot be updated" in deployment.err
    deployment.aws.iam.delete_access_key(UserName=user, AccessKeyId=key)
    assert deployment.run("destroy") == 0, deployment.err
