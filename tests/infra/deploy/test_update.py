"""Deploying for real, against ministack."""

from __future__ import annotations

import pytest

from infra.deploy.stack import find_stack
from tests.infra.deploy.conftest import Deployment
from tests.services import missing


def test_an_empty_account_gets_a_stack_and_django_its_settings(deployment: Deployment) -> None:
    assert deployment.deploy() == 0, deployment.err
    outputs = deployment.outputs()
    assert deployment.env_file.read_text().splitlines() == [
        f"IMAGEHUB_BUCKET={outputs['BucketName']}",
        "AWS_REGION=us-east-1",
        f"IMAGEHUB_CDN_URL=https://{outputs['DomainName']}",
        f"IMAGEHUB_DISTRIBUTION_ID={outputs['DistributionId']}",
    ]
    assert "create Distribution (CloudFront Distribution)" in deployment.out


def test_the_same_again_changes_nothing(deployment: Deployment) -> None:
    before = deployment.deployed().versions()
    assert deployment.deploy() == 0
    assert "nothing to change" in deployment.out
    assert deployment.versions() == before == [1, 1]


def test_changed_code_of_one_function_is_a_new_version_of_it_alone(deployment: Deployment) -> None:
    deployment.deployed()
    assert deployment.deploy(build=1) == 0, deployment.err
    assert deployment.versions() == [1, 2]
    assert "change ViewerRequestFunction (Lambda Function): Code" in deployment.out
    assert "change OriginResponseFunction" not in deployment.out


def test_a_changed_log_level_alone_is_a_new_version_of_both(deployment: Deployment) -> None:
    deployment.deployed()
    assert deployment.deploy("LogLevel=DEBUG") == 0, deployment.err
    assert deployment.versions() == [2, 2]


def test_changed_memory_alone_is_a_new_version(deployment: Deployment) -> None:
    deployment.deployed()
    assert deployment.deploy("RendererMemory=1769") == 0, deployment.err
    assert deployment.versions() == [2, 1]


def test_parameters_that_are_not_given_keep_their_values(deployment: Deployment) -> None:
    deployment.deployed("LogLevel=DEBUG")
    assert deployment.deploy("LogDays=7") == 0, deployment.err
    values = {each["ParameterKey"]: each["ParameterValue"] for each in deployment.describe()["Parameters"]}
    assert (values["LogLevel"], values["LogDays"]) == ("DEBUG", "7")


def test_rollback_deploys_an_earlier_build(deployment: Deployment) -> None:
    deployment.deployed()
    parameters = deployment.describe()["Parameters"]
    assert deployment.deploy(build=1) == 0
    assert deployment.run("status") == 0
    newest, oldest = deployment.out.rsplit("newest first", 1)[1].split()[-2:]
    assert deployment.run("rollback", oldest) == 0, deployment.err
    assert deployment.describe()["Parameters"] == parameters
    assert newest.rstrip(",") != oldest


def test_another_stack_does_not_take_over_djangos_settings(deployment: Deployment) -> None:
    bucket = deployment.deployed().outputs()["BucketName"]
    deployment.stack += "b"
    assert deployment.deploy() == 3
    assert f"names the bucket {bucket}, which exists" in deployment.err
    assert f"BucketName={bucket} to keep it" in deployment.err
    assert f"IMAGEHUB_BUCKET={bucket}" in deployment.env_file.read_text()


def test_a_stack_is_created_again_with_the_bucket_that_was_kept(deployment: Deployment) -> None:
    bucket = deployment.deployed().outputs()["BucketName"]
    deployment.aws.s3.put_object(Bucket=bucket, Key="originals/a.jpg", Body=b"kept")
    assert deployment.run("destroy") == 0, deployment.err
    assert deployment.deploy() == 0, deployment.err
    assert "takes it over with its images" in deployment.out
    assert deployment.outputs()["BucketName"] == bucket
    assert deployment.aws.s3.get_object(Bucket=bucket, Key="originals/a.jpg")["Body"].read() == b"kept"
    policy = deployment.aws.s3.get_bucket_policy(Bucket=bucket)["Policy"]
    assert deployment.outputs()["DistributionId"] in policy


def test_update_does_not_create(deployment: Deployment) -> None:
    assert deployment.deploy(command="update") == 3
    assert f"There is no stack {deployment.stack}" in deployment.err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["Nonsense=1"], "The template has no parameter Nonsense. It has: AdminOrigin, "),
        (["CertificateArn=arn:aws:acm:eu-west-1:1:certificate/x"], "CloudFront uses certificates of us-east-1 only"),
    ],
    ids=["unknown", "certificate"],
)
def test_a_wrong_parameter_is_refused_before_anything_is_created(
    deployment: Deployment, arguments: list[str], sentence: str
) -> None:
    assert deployment.deploy(*arguments) == 3
    assert sentence in deployment.err
    assert find_stack(deployment.aws, deployment.stack) is None


def test_without_a_code_bucket_the_command_asks_for_one(deployment: Deployment) -> None:
    assert deployment.run("deploy", "--packages", str(deployment.packages[0])) == 3
    assert "Name the bucket for the code: CodeBucket=" in deployment.err


def test_a_deployment_builds_the_packages_itself(deployment: Deployment) -> None:
    names = ["--template", str(deployment.template), "--create-code-bucket", f"CodeBucket={deployment.code_bucket}"]
    code = deployment.run("deploy", *names)
    if "Cannot download" in deployment.err:
        missing("PILLOW WHEEL", f"a deployment that builds its packages is NOT tested: {deployment.err}")
    assert code == 0, deployment.err
    assert deployment.versions() == [1, 1]
