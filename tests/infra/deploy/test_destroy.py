"""Removing the stack: what goes, what stays, and twice."""

from __future__ import annotations

from tests.infra.deploy.conftest import Deployment


def test_the_stack_goes_and_the_bucket_and_the_functions_stay(deployment: Deployment) -> None:
    bucket = deployment.deployed().outputs()["BucketName"]
    distribution = deployment.outputs()["DistributionId"]
    versions = deployment.versions()
    assert deployment.run("destroy") == 0, deployment.err
    assert f"the bucket {bucket} with all originals and variants" in deployment.out
    assert "some hours to remove their replicas" in deployment.out
    assert bucket in deployment.out.rsplit("Kept: ", 1)[1]
    assert deployment.versions() == versions
    deployment.aws.s3.head_bucket(Bucket=bucket)
    items = deployment.aws.cloudfront.list_distributions()["DistributionList"].get("Items", [])
    assert distribution not in [each["Id"] for each in items]


def test_a_secret_that_stays_is_named(deployment: Deployment) -> None:
    deployment.deployed("CreateSigningSecret=yes")
    assert deployment.run("destroy") == 0, deployment.err
    assert f"the secret {deployment.stack}/signing-keys; deploy again with its ARN" in deployment.out
    assert f"{deployment.stack}/signing-keys" in deployment.out.rsplit("Kept: ", 1)[1]


def test_a_stack_that_does_not_exist_needs_no_removal(deployment: Deployment) -> None:
    assert deployment.run("destroy") == 0
    assert "there is nothing to remove" in deployment.out
