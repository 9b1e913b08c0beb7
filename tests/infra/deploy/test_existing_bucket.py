"""A bucket that others use too, on ministack: what is added to it, and that nothing else changes."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from infra.deploy.aws import Aws
from infra.deploy.bucket_documents import CORS, KINDS, LIFECYCLE, MAX_POLICY_BYTES, POLICY, read
from infra.deploy.stack import find_stack
from tests.infra.deploy.conftest import Deployment

REGION = "eu-central-1"
THEIR_RULE = {"ID": "theirs", "Status": "Enabled", "Filter": {"Prefix": "logs/"}, "Expiration": {"Days": 7}}
THEIR_CORS = {"AllowedMethods": ["GET"], "AllowedOrigins": ["https://theirs.example"]}


@pytest.fixture
def shared(deployment: Deployment) -> str:
    """A bucket in another region, with a policy, a lifecycle rule and a CORS rule."""
    s3, name = deployment.aws.s3_in(REGION), f"{deployment.stack}-shared"
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    put_policy(s3, name, their_statement(name))
    s3.put_bucket_lifecycle_configuration(Bucket=name, LifecycleConfiguration={"Rules": [THEIR_RULE]})
    s3.put_bucket_cors(Bucket=name, CORSConfiguration={"CORSRules": [THEIR_CORS]})
    return name


def put_policy(s3: Any, bucket: str, *statements: dict[str, Any]) -> None:
    document = json.dumps({"Version": "2012-10-17", "Id": "theirs", "Statement": list(statements)})
    s3.put_bucket_policy(Bucket=bucket, Policy=document)


def their_statement(bucket: str, sid: str = "Theirs") -> dict[str, Any]:
    principal, resource = {"AWS": "arn:aws:iam::000000000000:root"}, f"arn:aws:s3:::{bucket}/logs/*"
    return {"Sid": sid, "Effect": "Allow", "Principal": principal, "Action": "s3:PutObject", "Resource": resource}


def documents(deployment: Deployment, bucket: str) -> dict[str, Any]:
    return {kind.what: read(deployment.aws.s3_in(REGION), bucket, kind) for kind in KINDS}


def deploy(deployment: Deployment, bucket: str, *arguments: str) -> int:
    return deployment.deploy(f"BucketName={bucket}", "ExistingBucket=yes", *arguments)


def test_an_existing_bucket_in_another_region_keeps_its_rules_and_gets_ours(
    deployment: Deployment, shared: str
) -> None:
    before = documents(deployment, shared)
    assert deploy(deployment, shared, "AdminOrigin=https://admin.example", "VariantDays=90") == 0, deployment.err
    after = documents(deployment, shared)
    statements = after[POLICY.what]["Statement"]
    assert after[POLICY.what]["Id"] == "theirs"
    assert statements[0] == before[POLICY.what]["Statement"][0]
    assert deployment.outputs()["DistributionId"] in statements[1]["Condition"]["StringEquals"]["AWS:SourceArn"]
    assert after[LIFECYCLE.what]["Rules"][0] == before[LIFECYCLE.what]["Rules"][0]
    assert len(after[LIFECYCLE.what]["Rules"]) == 4
    assert [rule["AllowedOrigins"] for rule in after[CORS.what]["CORSRules"]] == [
        ["https://theirs.example"],
        ["https://admin.example"],
    ]
    [line] = [line for line in deployment.out.splitlines() if line.startswith("  add the CORS rule")][:1]
    begun = re.search("create in progress +Distribution", deployment.out)
    assert begun
    assert deployment.out.index(line) < begun.start(), "said before"
    assert f"AWS_REGION={REGION}" in deployment.env_file.read_text()
    origin = deployment.aws.cloudfront.get_distribution_config(Id=deployment.outputs()["DistributionId"])[
        "DistributionConfig"
    ]["Origins"]["Items"][0]
    assert origin["DomainName"] == f"{shared}.s3.{REGION}.amazonaws.com"
    assert not [name for name in resources(deployment) if name in ("Bucket", "BucketPolicy")]


def resources(deployment: Deployment) -> list[str]:
    found = deployment.aws.cloudformation.describe_stack_resources(StackName=deployment.stack)["StackResources"]
    return [each["LogicalResourceId"] for each in found]


def test_the_same_again_changes_nothing_and_a_removed_statement_is_added_again(
    deployment: Deployment, shared: str
) -> None:
    assert deploy(deployment, shared) == 0, deployment.err
    complete = documents(deployment, shared)
    assert deployment.deploy() == 0, deployment.err
    assert "The stack is up to date: nothing to change." in deployment.out
    put_policy(deployment.aws.s3_in(REGION), shared, their_statement(shared))
    assert deployment.deploy() == 0, deployment.err
    assert "add the policy statement imagehub" in deployment.out
    assert documents(deployment, shared) == complete


def test_destroy_removes_our_rules_only(deployment: Deployment, shared: str) -> None:
    before = documents(deployment, shared)
    assert deploy(deployment, shared, "AdminOrigin=https://admin.example") == 0, deployment.err
    assert deployment.run("destroy") == 0, deployment.err
    assert "remove the CORS rule imagehub" in deployment.out
    assert f"BucketName={shared} ExistingBucket=yes to use it" in deployment.out
    assert documents(deployment, shared) == before


def test_a_bucket_without_any_rules_is_without_any_again(deployment: Deployment) -> None:
    name = f"{deployment.stack}-bare"
    deployment.aws.s3.create_bucket(Bucket=name)
    assert deploy(deployment, name, "AdminOrigin=https://admin.example") == 0, deployment.err
    assert len(read(deployment.aws.s3, name, POLICY)["Statement"]) == 2
    assert deployment.run("destroy") == 0, deployment.err
    assert [read(deployment.aws.s3, name, kind)[kind.items] for kind in KINDS] == [[], [], []]


def test_a_policy_that_would_be_too_long_is_refused_before_anything_is_created(
    deployment: Deployment, shared: str
) -> None:
    size = len(json.dumps(their_statement(shared, "Theirs100"), separators=(",", ":")))
    many = [
        their_statement(shared, f"Theirs{100 + number}") for number in range((MAX_POLICY_BYTES - 100) // (size + 1))
    ]
    put_policy(deployment.aws.s3_in(REGION), shared, *many)
    assert deploy(deployment, shared) == 3
    assert "bytes with imagehub's statements, but S3 allows 20480. Shorten it" in deployment.err
    stack = find_stack(deployment.aws, deployment.stack)
    assert stack is None or not stack.is_deployed
    assert find_stack(Aws(REGION), deployment.stack) is None


def test_what_a_shared_bucket_lacks_is_said(deployment: Deployment, shared: str) -> None:
    s3 = deployment.aws.s3_in(REGION)
    s3.put_bucket_versioning(Bucket=shared, VersioningConfiguration={"Status": "Enabled"})
    key = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "key-1"}
    rules = {"Rules": [{"ApplyServerSideEncryptionByDefault": key}]}
    s3.put_bucket_encryption(Bucket=shared, ServerSideEncryptionConfiguration=rules)
    assert deploy(deployment, shared) == 0, deployment.err
    for sentence in ("does not block public access completely", "NoncurrentVersionExpiration", "the key key-1"):
        assert sentence in deployment.out


def test_a_bucket_with_rules_of_others_is_not_taken_over(deployment: Deployment) -> None:
    name = f"{deployment.stack}-theirs"
    deployment.aws.s3.create_bucket(Bucket=name)
    put_policy(deployment.aws.s3, name, their_statement(name))
    assert deployment.deploy(f"BucketName={name}") == 3
    assert "policy statement (Theirs) that this stack would remove. Add ExistingBucket=yes" in deployment.err
    assert find_stack(deployment.aws, deployment.stack) is None
