"""What a change set says, before it is executed."""

from __future__ import annotations

from tests.infra.deploy.conftest import Deployment


def test_another_bucket_is_refused_unless_told(deployment: Deployment) -> None:
    before = deployment.deployed(f"BucketName={deployment.stack}-images").describe()
    assert deployment.deploy(f"BucketName={deployment.stack}-empty") == 3
    assert "would replace the bucket by another one, without its images" in deployment.err
    assert deployment.describe() == before
    assert deployment.deploy(f"BucketName={deployment.stack}-empty", "--switch-bucket") == 0, deployment.err
    assert f"IMAGEHUB_BUCKET={deployment.stack}-empty" in deployment.env_file.read_text()
