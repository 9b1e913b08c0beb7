"""A bucket of the stack's own in another region: a stack there and one in us-east-1, on ministack."""

from __future__ import annotations

from typing import Any

import pytest

from infra.deploy.aws import Aws
from infra.deploy.bucket_choice import BucketChoice
from infra.deploy.bucket_documents import LIFECYCLE, POLICY, read
from infra.deploy.regional_part import parts_of
from infra.deploy.stack import find_stack
from infra.local.cloudfront.cloudformation import Template
from infra.local.cloudfront.process import TEMPLATE
from tests.infra.deploy.conftest import Deployment

REGION = "eu-west-1"


def kinds(region: str, stack: str) -> set[str]:
    found = Aws(region).cloudformation.describe_stack_resources(StackName=stack)["StackResources"]
    return {each["ResourceType"] for each in found}


def test_a_bucket_is_created_in_another_region_with_the_logs_of_what_renders(deployment: Deployment) -> None:
    assert deployment.deploy(f"BucketRegion={REGION}", "AlarmEmail=me@example.com") == 0, deployment.err
    outputs = deployment.outputs()
    bucket = outputs["BucketName"]
    s3 = deployment.aws.s3_in(REGION)
    assert s3.get_bucket_location(Bucket=bucket)["LocationConstraint"] == REGION
    assert outputs["DistributionId"] in s3.get_bucket_policy(Bucket=bucket)["Policy"]
    assert {"AWS::S3::Bucket", "AWS::Logs::LogGroup", "AWS::CloudWatch::Alarm"} <= kinds(REGION, deployment.stack)
    assert "AWS::S3::Bucket" not in kinds("us-east-1", deployment.stack)
    assert f"AWS_REGION={REGION}" in deployment.env_file.read_text()
    # Lifecycle rules are the part's own. (ministack does not apply those of a template.)
    assert read(s3, bucket, LIFECYCLE)["Rules"] == []

    assert deployment.deploy() == 0, deployment.err
    assert deployment.out.count("is up to date") == 2
    assert deployment.run("status") == 0
    assert f"in {REGION}" in deployment.out


def test_it_is_removed_with_the_stack_and_taken_over_again(deployment: Deployment) -> None:
    bucket = deployment.deployed(f"BucketRegion={REGION}").outputs()["BucketName"]
    s3 = deployment.aws.s3_in(REGION)
    s3.put_object(Bucket=bucket, Key="originals/a.jpg", Body=b"kept")
    assert deployment.run("destroy") == 0, deployment.err
    part = find_stack(Aws(REGION), deployment.stack)
    assert part is None or not part.is_deployed
    assert read(s3, bucket, POLICY)["Statement"] == []
    assert deployment.deploy(f"BucketRegion={REGION}") == 0, deployment.err
    assert "takes it over with its images" in deployment.out
    assert s3.get_object(Bucket=bucket, Key="originals/a.jpg")["Body"].read() == b"kept"


@pytest.mark.parametrize(
    ("region", "is_shared", "parts"),
    [
        ("us-east-1", True, {}),
        ("eu-west-1", False, {"eu-west-1": True}),
        ("eu-west-1", True, {"eu-west-1": False}),
        ("eu-north-1", False, {"eu-north-1": True, "eu-west-2": False}),
    ],
)
def test_logs_are_where_origin_shield_is(region: str, is_shared: bool, parts: dict[str, bool]) -> None:
    document: dict[str, Any] = dict(Template.read(TEMPLATE).document)
    found = list(parts_of(document, BucketChoice("b", region, is_shared=is_shared, exists=True)))
    assert {part.region: "Bucket" in part.resources for part in found} == parts
    assert [part for part in found if "Logs" in part.resources] == [
        part for part in found if part.region != "eu-north-1"
    ]
