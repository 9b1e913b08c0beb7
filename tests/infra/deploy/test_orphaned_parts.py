"""Resources in the bucket's region whose stack in us-east-1 was never created."""

from __future__ import annotations

import json

import pytest

from infra.deploy.aws import Aws
from infra.deploy.orphaned_parts import orphaned_parts
from infra.deploy.stack import find_stack
from tests.infra.deploy.conftest import Deployment
from tests.infra.deploy.relay import Relay
from tests.machine import wait_until

REGION = "eu-west-1"


@pytest.fixture
def orphaned(deployment: Deployment) -> Deployment:
    """A deployment whose creation failed in us-east-1, after its bucket was created in another region."""
    text = deployment.template.read_text()
    deployment.add_failure(after="CachePolicy")
    assert deployment.deploy(f"BucketRegion={REGION}") == 1
    assert f"What this command changed in {REGION} stays." in deployment.err
    deployment.template.write_text(text)
    return deployment


def test_destroy_finds_what_a_failed_creation_left_in_another_region(orphaned: Deployment) -> None:
    [(aws, part)] = orphaned_parts(orphaned.stack)
    bucket = part.parameters["BucketName"]
    assert aws.region == REGION
    assert orphaned.run("status") == 3
    assert f"is not in us-east-1 yet, only its resources in {REGION}" in orphaned.err
    assert orphaned.run("destroy") == 0, orphaned.err
    assert f"There is one in {REGION}. Its bucket {bucket} stays" in orphaned.out
    assert f"The stack in {REGION} is removed. Kept: {bucket}." in orphaned.out
    assert list(orphaned_parts(orphaned.stack)) == []
    Aws(REGION).s3.head_bucket(Bucket=bucket)
    assert orphaned.run("destroy") == 0, orphaned.err
    assert "there is nothing to remove" in orphaned.out


def test_a_repeated_command_completes_what_a_failed_creation_began(orphaned: Deployment) -> None:
    assert orphaned.deploy(f"BucketRegion={REGION}") == 0, orphaned.err
    assert f"in {REGION}" in orphaned.out
    assert list(orphaned_parts(orphaned.stack))
    assert orphaned.run("status") == 0, orphaned.err


def test_a_stack_of_another_program_is_left_alone(deployment: Deployment) -> None:
    other = {"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}}}
    Aws(REGION).cloudformation.create_stack(StackName=deployment.stack, TemplateBody=json.dumps(other))
    wait_until(lambda: (found := find_stack(Aws(REGION), deployment.stack)) is not None and not found.is_changing)
    assert deployment.run("destroy") == 0, deployment.err
    assert "there is nothing to remove" in deployment.out
    assert find_stack(Aws(REGION), deployment.stack) is not None


def test_a_command_that_stops_names_the_region_where_cloudformation_goes_on(
    deployment: Deployment, ministack: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Here by a lost connection; Ctrl-C says the same."""
    relay = Relay(ministack, b"DescribeStackEvents", nth=2)
    with monkeypatch.context() as patched:
        patched.setenv("AWS_ENDPOINT_URL", relay.url)
        assert deployment.deploy(f"BucketRegion={REGION}") == 6
    follow = f"python -m infra.deploy status --follow --stack {deployment.stack}"
    assert f"CloudFormation in {REGION} continues by itself. Follow it with: {follow}" in deployment.err
    assert deployment.run("status", "--follow") == 3
    assert "CREATE_COMPLETE" in deployment.out
    assert f"only its resources in {REGION}. Deploy again to complete it" in deployment.err
    assert deployment.deploy(f"BucketRegion={REGION}") == 0, deployment.err
