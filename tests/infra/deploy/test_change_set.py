"""What a change set says, before it is executed."""

from __future__ import annotations

from tests.infra.deploy.conftest import Deployment


def test_another_bucket_is_refused_unless_told(deployment: Deployment) -> None:
    before = deployment.deployed(f"BucketName={deployment.stack}-images").describe()
    assert deployment.deploy(f"BucketName={deployment.stack}-empty") == 3
    assert "all images would be missing" in deployment.err
    assert deployment.describe() == before
    assert deployment.deploy(f"BucketName={deployment.stack}-empty", "--switch-bucket") == 0, deployment.err
    assert f"IMAGEHUB_BUCKET={deployment.stack}-empty" in deployment.env_file.read_text()


def test_a_bucket_that_leaves_the_stack_keeps_its_images_and_must_be_asked_for(deployment: Deployment) -> None:
    bucket = deployment.deployed().outputs()["BucketName"]
    before = deployment.describe()
    assert deployment.deploy("ExistingBucket=yes") == 3
    assert "has a bucket of its own, and would give it up" in deployment.err
    assert deployment.describe() == before
    deployment.aws.s3.put_object(Bucket=bucket, Key="originals/a.jpg", Body=b"kept")
    assert deployment.deploy("ExistingBucket=yes", "--switch-bucket") == 0, deployment.err
    assert deployment.aws.s3.get_object(Bucket=bucket, Key="originals/a.jpg")["Body"].read() == b"kept"
    assert "imagehub" in deployment.aws.s3.get_bucket_policy(Bucket=bucket)["Policy"]
