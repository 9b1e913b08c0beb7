"""A failed change of a stack leaves a shared bucket alone."""

from __future__ import annotations

from infra.deploy.bucket_documents import KINDS, read
from tests.infra.deploy.conftest import Deployment


def test_a_creation_that_fails_changes_nothing_in_the_bucket(deployment: Deployment) -> None:
    name = f"{deployment.stack}-shared"
    deployment.aws.s3.create_bucket(Bucket=name)
    deployment.add_failure(after="CachePolicy")
    assert deployment.deploy(f"BucketName={name}", "ExistingBucket=yes") == 1
    assert [read(deployment.aws.s3, name, kind)[kind.items] for kind in KINDS] == [[], [], []]
