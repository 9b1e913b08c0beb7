"""Buckets that cannot be used, and builds that cannot be deployed."""

from __future__ import annotations

import pytest

from infra.deploy.aws import Aws
from infra.deploy.code_bucket import CodeBucket
from infra.deploy.stack import find_stack, require_stack
from infra.deploy.status import deployed_build
from tests.infra.deploy.conftest import Deployment


def test_rollback_to_an_unknown_build_lists_the_known_ones(deployment: Deployment) -> None:
    deployment.deployed()
    assert deployment.run("rollback", "0123456789abcdef") == 3
    assert "has no build 0123456789abcdef. It has, the newest first: " in deployment.err
    assert deployment.run("rollback") == 3
    assert "Name the build to go back to" in deployment.err


def test_rollback_to_a_build_without_its_zips_is_refused(deployment: Deployment) -> None:
    deployment.deployed()
    assert deployment.deploy(build=1) == 0
    [oldest] = [each for each in _builds(deployment) if each != _deployed_build(deployment)]
    for page in deployment.aws.s3.list_objects_v2(Bucket=deployment.code_bucket)["Contents"]:
        if page["Key"].startswith("viewer-request"):
            deployment.aws.s3.delete_object(Bucket=deployment.code_bucket, Key=page["Key"])
    assert deployment.run("rollback", oldest) == 3
    assert f"of the build {oldest} was deleted from the code bucket" in deployment.err


def _builds(deployment: Deployment) -> list[str]:
    return CodeBucket(deployment.aws.s3, deployment.code_bucket).builds()


def _deployed_build(deployment: Deployment) -> str:
    return deployed_build(require_stack(deployment.aws, deployment.stack))


def test_a_bucket_of_another_region_is_refused(deployment: Deployment) -> None:
    name = f"{deployment.stack}-eu"
    where = {"LocationConstraint": "eu-west-1"}
    deployment.aws.s3.create_bucket(Bucket=name, CreateBucketConfiguration=where)
    assert deployment.deploy(f"BucketName={name}") == 3
    assert f"The bucket {name} is in eu-west-1, but the stack would have it in us-east-1" in deployment.err
    assert find_stack(deployment.aws, deployment.stack) is None


def test_a_bucket_name_of_another_account_is_refused(deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> None:
    name = f"{deployment.stack}-taken"
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "111111111111")  # ministack's account of these credentials
    Aws().s3.create_bucket(Bucket=name)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    assert deployment.deploy(f"BucketName={name}") == 3
    assert f"The bucket {name} belongs to another account" in deployment.err
    assert find_stack(deployment.aws, deployment.stack) is None


def test_a_code_bucket_is_created_only_if_asked_and_is_private(deployment: Deployment) -> None:
    options = ["--template", str(deployment.template), "--packages", str(deployment.packages[0])]
    assert deployment.run("deploy", *options, f"CodeBucket={deployment.code_bucket}") == 3
    assert "does not exist. Create it with --create-code-bucket" in deployment.err
    deployment.deployed()
    block = deployment.aws.s3.get_public_access_block(Bucket=deployment.code_bucket)
    assert set(block["PublicAccessBlockConfiguration"].values()) == {True}
