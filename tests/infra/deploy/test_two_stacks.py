"""A bucket of the stack's own in another region: a stack there and one in us-east-1, on ministack."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest

from infra.deploy import preflight
from infra.deploy.aws import Aws
from infra.deploy.bucket_documents import LIFECYCLE, POLICY, read
from infra.deploy.stack import find_stack
from tests.infra.deploy.conftest import Deployment

pytestmark = pytest.mark.long

REGION = "eu-west-1"


def resources(region: str, stack: str) -> dict[str, dict[str, Any]]:
    found = Aws(region).cloudformation.describe_stack_resources(StackName=stack)["StackResources"]
    return {each["LogicalResourceId"]: each for each in found}


def kinds(region: str, stack: str) -> set[str]:
    return {each["ResourceType"] for each in resources(region, stack).values()}


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


def test_the_gateway_is_created_beside_the_bucket_and_cloudfront_alone_may_call_it(
    deployment: Deployment, regional_packages: Path
) -> None:
    assert deployment.deploy_from(regional_packages, "Mode=regional", f"BucketRegion={REGION}") == 0, deployment.err
    there, here = resources(REGION, deployment.stack), resources("us-east-1", deployment.stack)
    assert {"Bucket", "Logs", "Gateway", "GatewayUrl", "GatewayPermission", "VariantsPolicy"} <= there.keys()
    assert not {"Bucket", "Gateway", "GatewayRole", "VariantsPolicy"} & here.keys()
    outputs = deployment.outputs()
    gateway, functions = there["Gateway"]["PhysicalResourceId"], Aws(REGION).functions
    configuration = functions.get_function_configuration(FunctionName=gateway)
    assert (
        configuration["Environment"]["Variables"]["IMAGEHUB_STORE"] == f"s3://{outputs['BucketName']}?region={REGION}"
    )
    statements = json.loads(functions.get_policy(FunctionName=gateway)["Policy"])["Statement"]
    assert {each["Action"] for each in statements} == {"lambda:InvokeFunctionUrl", "lambda:InvokeFunction"}
    assert all(outputs["DistributionId"] in json.dumps(each["Condition"]) for each in statements)
    url = functions.get_function_url_config(FunctionName=gateway)["FunctionUrl"]
    assert outputs["GatewayUrl"].rstrip("/") == url.rstrip("/")
    [origin] = [each for each in origins(deployment) if each["Id"] == "gateway"]
    assert f"https://{origin['DomainName']}/" == outputs["GatewayUrl"]
    # Nothing is asked or changed the second time, in either stack.
    assert deployment.deploy_from(regional_packages) == 0, deployment.err
    assert deployment.out.count("is up to date") == 2


def test_the_gateway_is_beside_a_bucket_that_others_use_too(deployment: Deployment, regional_packages: Path) -> None:
    bucket, s3 = f"{deployment.stack}-media", deployment.aws.s3_in(REGION)
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    given = ("Mode=regional", f"BucketName={bucket}", "ExistingBucket=yes")
    assert deployment.deploy_from(regional_packages, *given) == 0, deployment.err
    there = resources(REGION, deployment.stack)
    assert {"Gateway", "GatewayPermission"} <= there.keys()
    assert "Bucket" not in there
    assert deployment.outputs()["DistributionId"] in s3.get_bucket_policy(Bucket=bucket)["Policy"]


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
    assert deployment.deploy_from(regional_packages, "Mode=regional") == 0, deployment.err
    assert "Gateway" in resources(REGION, deployment.stack)
    # The distribution is known, so the gateway is there with its permissions before CloudFront asks it.
    assert deployment.out.count("Resources in") == 1
    assert deployment.deploy("Mode=edge") == 0, deployment.err
    there = resources(REGION, deployment.stack)
    assert "Gateway" not in there
    assert there["Bucket"]["PhysicalResourceId"] == bucket
    assert [each["Id"] for each in origins(deployment)] == ["variants"]
    # The gateway goes after the distribution has stopped asking it.
    assert deployment.out.index("Resources in") > deployment.out.index("change Distribution")


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


def another_build(packages: Path, folder: Path) -> Path:
    """The packages, with a gateway that differs."""
    shutil.copytree(packages, folder, ignore=shutil.ignore_patterns("edge", "infra"))
    described = folder / "parameters.json"
    lines = json.loads(described.read_text())
    [key] = [line.partition("=")[2] for line in lines if line.startswith("GatewayKey=")]
    (folder / key).rename(folder / "gateway-changed.zip")
    with zipfile.ZipFile(folder / "gateway-changed.zip", "a") as file:
        file.writestr("changed.txt", "changed")
    described.write_text(json.dumps([line.replace(key, "gateway-changed.zip") for line in lines]))
    return folder


def deployed_code(deployment: Deployment) -> tuple[str, str]:
    """The gateway's code, and the build that status tells."""
    assert deployment.run("status", "--json") == 0, deployment.err
    gateway = resources(REGION, deployment.stack)["Gateway"]["PhysicalResourceId"]
    found = Aws(REGION).functions.get_function_configuration(FunctionName=gateway)
    return found["CodeSha256"], json.loads(deployment.out)["build"]


def test_a_rollback_changes_both_stacks(deployment: Deployment, regional_packages: Path, tmp_path: Path) -> None:
    assert deployment.deploy_from(regional_packages, "Mode=regional", f"BucketRegion={REGION}") == 0, deployment.err
    before = deployed_code(deployment)
    assert deployment.deploy_from(another_build(regional_packages, tmp_path / "another")) == 0, deployment.err
    after = deployed_code(deployment)
    assert before[0] != after[0]
    assert before[1] != after[1]
    assert deployment.run("rollback", before[1]) == 0, deployment.err
    assert deployed_code(deployment) == before
    assert "GatewayPermission" in resources(REGION, deployment.stack)


def test_a_gateway_that_is_newer_than_a_failed_stack_is_taken_back(
    deployment: Deployment, regional_packages: Path, tmp_path: Path
) -> None:
    assert deployment.deploy_from(regional_packages, "Mode=regional", f"BucketRegion={REGION}") == 0, deployment.err
    before = deployed_code(deployment)
    deployment.add_failure(after="CachePolicy")
    assert deployment.deploy_from(another_build(regional_packages, tmp_path / "another")) == 1
    assert f"What this command changed in {REGION} stays." in deployment.err
    assert f"or go back with: python -m infra.deploy rollback BUILD --stack {deployment.stack}" in deployment.err
    code, build = deployed_code(deployment)
    assert code != before[0]
    assert build == before[1]
    assert deployment.run("rollback", build) == 0, deployment.err
    assert deployed_code(deployment) == before


def test_the_quota_of_functions_is_that_of_the_gateways_region(
    deployment: Deployment, regional_packages: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preflight, "_FEW_CONCURRENT_FUNCTIONS", 1_000_000)
    assert deployment.deploy_from(regional_packages, "Mode=regional", f"BucketRegion={REGION}") == 0, deployment.err
    assert f"functions at once in {REGION}, so visitors would get errors" in deployment.out
    assert deployment.run("destroy") == 0, deployment.err
    assert f"the code bucket {deployment.code_bucket}, {deployment.code_bucket}-{REGION} and" in deployment.out
    assert find_stack(Aws(REGION), deployment.stack) is None


def test_a_rollback_that_failed_in_the_buckets_region_is_continued_there(
    deployment: Deployment, regional_packages: Path, tmp_path: Path
) -> None:
    """The gateway is changed, then something fails; its old zip is missing, so that it cannot be changed back."""
    assert deployment.deploy_from(regional_packages, "Mode=regional", f"BucketRegion={REGION}") == 0, deployment.err
    before = deployed_code(deployment)
    code, s3 = f"{deployment.code_bucket}-{REGION}", Aws(REGION).s3
    [key] = [each["Key"] for each in s3.list_objects_v2(Bucket=code)["Contents"]]
    body = s3.get_object(Bucket=code, Key=key)["Body"].read()
    s3.delete_object(Bucket=code, Key=key)
    broken = (
        "  Broken: {Type: AWS::Logs::MetricFilter, DependsOn: Gateway, Properties: {LogGroupName: absent, "
        'FilterPattern: "", MetricTransformations: [{MetricNamespace: a, MetricName: b, MetricValue: "1"}]}}\n'
    )
    deployment.template.write_text(deployment.template.read_text().replace("Resources:\n", f"Resources:\n{broken}", 1))
    assert deployment.deploy_from(another_build(regional_packages, tmp_path / "another")) == 3
    assert f"The last update of the stack {deployment.stack} in {REGION} failed" in deployment.err
    assert f"python -m infra.deploy rollback --stack {deployment.stack}" in deployment.err
    assert deployment.run("status") == 3
    assert "UPDATE_ROLLBACK_FAILED" in deployment.out

    s3.put_object(Bucket=code, Key=key, Body=body)
    assert deployment.run("rollback") == 0, deployment.err
    assert deployed_code(deployment) == before
