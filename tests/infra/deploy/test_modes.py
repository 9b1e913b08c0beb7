"""Both modes of the edge, and the change from one to the other, against ministack."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from edge.contract.policy import load_policy
from infra.functions.build import build
from tests.infra.deploy.conftest import Deployment


def deploy(deployment: Deployment, packages: Path, *arguments: str) -> None:
    names = ["--template", str(deployment.template), "--packages", str(packages), "--create-code-bucket"]
    code = deployment.run("deploy", *names, f"CodeBucket={deployment.code_bucket}", *arguments)
    assert code == 0, deployment.err


def distribution(deployment: Deployment) -> dict[str, Any]:
    found: dict[str, Any] = deployment.aws.cloudfront.get_distribution_config(
        Id=deployment.outputs()["DistributionId"]
    )["DistributionConfig"]
    return found


def resources_of(deployment: Deployment) -> dict[str, str]:
    found = deployment.aws.cloudformation.list_stack_resources(StackName=deployment.stack)["StackResourceSummaries"]
    return {each["LogicalResourceId"]: each["PhysicalResourceId"] for each in found}


def test_the_mode_regional_has_a_gateway_and_the_function(deployment: Deployment, regional_packages: Path) -> None:
    deploy(deployment, regional_packages, "Mode=regional")
    resources = resources_of(deployment)
    assert "OriginResponseFunction" not in resources
    gateway = deployment.aws.functions.get_function_configuration(FunctionName=resources["Gateway"])
    assert gateway["Handler"] == "edge.gateway.handler"
    assert gateway["Environment"]["Variables"] == {
        "IMAGEHUB_STORE": f"s3://{deployment.outputs()['BucketName']}?region=us-east-1",
        "IMAGEHUB_RENDERING": "on",
        "IMAGEHUB_SIH": "",
    }
    name = f"{deployment.stack}-viewer-request"
    live = deployment.aws.cloudfront.get_function(Name=name, Stage="LIVE")["FunctionCode"].read().decode()
    assert live == build(load_policy())
    assert deployment.outputs()["Mode"] == "regional"
    assert distribution(deployment)["DefaultCacheBehavior"]["TargetOriginId"] == "variants-or-gateway"


def test_a_stack_changes_its_mode_and_back_and_keeps_bucket_and_distribution(
    deployment: Deployment, regional_packages: Path
) -> None:
    deployment.deployed()
    before, edge = deployment.outputs(), resources_of(deployment)
    deployment.aws.s3.put_object(Bucket=before["BucketName"], Key="variants/a", Body=b"kept")
    deploy(deployment, regional_packages, "Mode=regional")
    after = deployment.outputs()
    assert after.pop("GatewayUrl").startswith("https://")
    assert {**after, "Mode": "edge"} == before
    assert deployment.aws.s3.get_object(Bucket=after["BucketName"], Key="variants/a")["Body"].read() == b"kept"
    # Replicas still exist, so the function is left behind.
    assert deployment.aws.functions.get_function(FunctionName=edge["OriginResponseFunction"])
    assert deployment.deploy("Mode=edge") == 0, deployment.err
    assert deployment.outputs() == before
    assert "Gateway" not in resources_of(deployment)


def test_packages_of_another_mode_are_refused(deployment: Deployment) -> None:
    assert deployment.deploy("Mode=regional") == 3
    assert "is not a build for the mode regional: it lacks GatewayKey, ViewerRequestCode1" in deployment.err


def test_a_build_of_another_mode_is_refused_in_a_rollback(deployment: Deployment, regional_packages: Path) -> None:
    deployment.deployed()
    assert deployment.run("status", "--json") == 0
    digest = json.loads(deployment.out)["build"]
    deploy(deployment, regional_packages, "Mode=regional")
    assert deployment.run("status", "--json") == 0
    status = json.loads(deployment.out)
    assert status["build"] != digest
    assert set(status["builds"]) == {status["build"], digest}
    assert deployment.run("rollback", digest) == 3
    assert f"The build {digest} is not a build for the mode regional" in deployment.err
    assert deployment.run("rollback", status["build"]) == 0, deployment.err
    assert "nothing to change" in deployment.out


@pytest.mark.parametrize(("mode", "left"), [("edge", True), ("regional", False)])
def test_destroy_says_what_is_left_of_each_mode(
    deployment: Deployment, regional_packages: Path, mode: str, left: bool
) -> None:
    packages = regional_packages if mode == "regional" else deployment.packages[0]
    deploy(deployment, packages, f"Mode={mode}")
    assert deployment.run("destroy") == 0, deployment.err
    assert ("remove their replicas" in deployment.out) is left
    assert ("Delete the functions after some hours" in deployment.out) is left
