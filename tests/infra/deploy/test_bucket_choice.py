"""Which bucket a deployment uses, and the mistakes that would leave the images behind."""

from __future__ import annotations

import pytest

from infra.deploy.stack import find_stack
from tests.infra.deploy.conftest import Deployment


def test_a_bucket_that_nobody_names_is_named_after_the_stack(deployment: Deployment) -> None:
    assert deployment.deployed().outputs()["BucketName"] == f"{deployment.stack}-images-000000000000"


def test_a_name_that_is_too_long_for_a_bucket_is_refused(deployment: Deployment) -> None:
    deployment.stack = "t" * 50
    assert deployment.deploy() == 3
    assert "has more than 63 characters, so it cannot name a bucket. Add BucketName=" in deployment.err


@pytest.mark.parametrize("other", ["in the stack", "in the stack, of a shared one"])
def test_another_bucket_is_refused_even_without_djangos_env_file(deployment: Deployment, other: str) -> None:
    bucket = deployment.deployed().outputs()["BucketName"]
    deployment.env_file.unlink()
    name = f"{deployment.stack}-other"
    deployment.aws.s3.create_bucket(Bucket=name)
    shared = ["ExistingBucket=yes"] if "shared" in other else []
    assert deployment.deploy(f"BucketName={name}", *shared) == 3
    assert (
        f"has the bucket {bucket}, which exists, but the stack {deployment.stack} would have {name}" in deployment.err
    )
    assert deployment.outputs()["BucketName"] == bucket


def test_an_existing_bucket_that_does_not_exist_is_named(deployment: Deployment) -> None:
    assert deployment.deploy("BucketName=no-such-bucket-here", "ExistingBucket=yes") == 3
    assert "There is no bucket no-such-bucket-here, but ExistingBucket=yes says so" in deployment.err
    assert find_stack(deployment.aws, deployment.stack) is None


def test_a_wrong_region_is_corrected(deployment: Deployment) -> None:
    name = f"{deployment.stack}-eu"
    where = {"LocationConstraint": "eu-west-1"}
    deployment.aws.s3.create_bucket(Bucket=name, CreateBucketConfiguration=where)
    assert deployment.deploy(f"BucketName={name}", "ExistingBucket=yes", "BucketRegion=eu-west-2") == 3
    assert f"The bucket {name} is in eu-west-1, not in eu-west-2. Leave BucketRegion out." in deployment.err
