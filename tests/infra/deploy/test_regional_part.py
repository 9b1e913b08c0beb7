"""A bucket of the stack's own in another region: a stack there and one in us-east-1, on ministack."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from infra.deploy.aws import Aws
from infra.deploy.bucket_choice import BucketChoice
from infra.deploy.bucket_documents import LIFECYCLE, POLICY, read
from infra.deploy.regional_part import parts_of
from infra.deploy.stack import find_stack
from infra.edge_mode import EdgeMode
from infra.local.cloudfront.cloudformation import Template
from infra.local.cloudfront.process import TEMPLATE
from tests.infra.deploy.conftest import Deployment

REGION = "eu-west-1"


def resources(region: str, stack: str) -> dict[str, dict[str, Any]]:
    found = Aws(region).cloudformation.describe_stack_resources(StackName=stack)["StackResources"]
    return {each["LogicalResourceId"]: each for each in found}


def kinds(region: str, stack: str) -> set[str]:
    return {each["ResourceType"] for each in resources(region, stack).values()}


def regional(deployment: Deployment, packages: Path, *arguments: str) -> int:
    names = ["--template", str(deployment.template), "--packages", str(packages), "--create-code-bucket"]
    return deployment.run("deploy", *names, f"CodeBucket={deployment.code_bucket}", *arguments)


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
    found = list(parts_of(document, BucketChoice("b", region, is_shared=is_shared, exists=True), EdgeMode()))
    assert {part.region: "Bucket" in part.resources for part in found} == parts
    assert [part for part in found if "Logs" in part.resources] == [
        part for part in found if part.region != "eu-north-1"
    ]
    assert not any(part.has_gateway for part in found)


@pytest.mark.parametrize("region", ["us-east-1", "eu-west-1", "eu-north-1"])
def test_the_gateway_is_where_the_bucket_is_with_its_logs(region: str) -> None:
    document: dict[str, Any] = dict(Template.read(TEMPLATE).document)
    bucket = BucketChoice("b", region, is_shared=True, exists=True)
    found = list(parts_of(document, bucket, EdgeMode(regional=True, function=True)))
    assert [part.region for part in found] == [each for each in [region] if each != "us-east-1"]
    assert all(part.has_gateway and "Logs" in part.resources for part in found)


def test_the_gateway_is_created_beside_the_bucket_and_cloudfront_alone_may_call_it(
    deployment: Deployment, regional_packages: Path
) -> None:
    assert regional(deployment, regional_packages, "Mode=regional", f"BucketRegion={REGION}") == 0, deployment.err
    there, here = resources(REGION, deployment.stack), resources("us-east-1", deployment.stack)
    assert {"Bucket", "Logs", "Gateway", "GatewayUrl", "GatewayPermission", "VariantsPolicy"} <= there.keys()
    assert not {"Bucket", "Gateway", "GatewayRole", "VariantsPolicy"} & here.keys()
    outputs = deployment.outputs()
    gateway, functions = there["Gateway"]["PhysicalResourceId"], Aws(REGION).functions
    configuration = functions.get_function_configuration(FunctionName=gateway)
    assert configuration["Environment"]["Variables"]["IMAGEHUB_STORE"] == f"s3://{outputs['BucketName']}?region={REGION}"
    statements = json.loads(functions.get_policy(FunctionName=gateway)["Policy"])["Statement"]
    assert {each["Action"] for each in statements} == {"lambda:InvokeFunctionUrl", "lambda:InvokeFunction"}
    assert all(outputs["DistributionId"] in json.dumps(each["Condition"]) for each in statements)
    url = functions.get_function_url_config(FunctionName=gateway)["FunctionUrl"]
    assert outputs["GatewayUrl"].rstrip("/") == url.rstrip("/")
    [origin] = [each for each in origins(deployment) if each["Id"] == "gateway"]
    assert f"https://{origin['DomainName']}/" == outputs["GatewayUrl"]
    # Nothing is asked or changed the second time, in either stack.
    assert regional(deployment, regional_packages) == 0, deployment.err
    assert deployment.out.count("is up to date") == 2


def origins(deployment: Deployment) -> list[dict[str, Any]]:
    id_ = deployment.outputs()["DistributionId"]
    config = deployment.aws.cloudfront.get_distribution_config(Id=id_)["DistributionConfig"]
    found: list[dict[str, Any]] = config["Origins"]["Items"]
    return found


def test_a_change_of_the_mode_moves_what_renders_and_keeps_the_bucket(
    deployment: Deployment, regional_packages: Path
) -> None:
    bucket = deployment.deployed(f"BucketRegion={REGION}").outputs()["BucketName"]
    deployment.aws.s3_in(REGION).put_object(Bucket=bucket, Key="variants/a", Body=b"kept")
    assert regional(deployment, regional_packages, "Mode=regional") == 0, deployment.err
    assert "Gateway" in resources(REGION, deployment.stack)
    # The distribution is known, so the gateway is there with its permissions before CloudFront asks it.
    assert deployment.out.count("Resources in") == 1
    assert deployment.deploy("Mode=edge") == 0, deployment.err
    there = resources(REGION, deployment.stack)
    assert "Gateway" not in there
    assert there["Bucket"]["PhysicalResourceId"] == bucket
    assert [each["Id"] for each in origins(deployment)] == ["variants"]
    # The gateway goes after the distribution has stopped asking it.
    assert deployment.out.index("Resources in") > deployment.out.index("remove GatewayAccessControl")


def test_a_code_bucket_is_not_created_in_another_region_unasked(
    deployment: Deployment, regional_packages: Path
) -> None:
    deployment.deployed()
    deployment.stack += "b"
    deployment.env_file.unlink()
    names = ["--template", str(deployment.template), "--packages", str(regional_packages)]
    code = deployment.stack.removesuffix("b") + "-code"
    given = [f"CodeBucket={code}", "Mode=regional", f"BucketRegion={REGION}"]
    assert deployment.run("deploy", *names, *given) == 3
    assert f"The code bucket {code}-{REGION} does not exist. Create it with --create-code-bucket." in deployment.err
    assert find_stack(Aws(REGION), deployment.stack) is None
