"""Two people who change a bucket's rules at once, on ministack."""

from __future__ import annotations

import json
from typing import Any

import pytest

from infra.deploy.bucket_documents import CORS, LIFECYCLE, POLICY, Kind, read, with_items, write
from infra.deploy.messages import DeployError
from tests.infra.deploy.conftest import Deployment

OURS: dict[str, dict[str, Any]] = {
    POLICY.what: {"Sid": "Ours", "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"},
    LIFECYCLE.what: {"ID": "ours", "Status": "Enabled", "Filter": {"Prefix": "a/"}, "Expiration": {"Days": 1}},
    CORS.what: {"ID": "ours", "AllowedMethods": ["POST"], "AllowedOrigins": ["https://a.example"]},
}


@pytest.fixture
def bucket(deployment: Deployment) -> str:
    name = f"{deployment.stack}-rules"
    deployment.aws.s3.create_bucket(Bucket=name)
    return name


@pytest.mark.parametrize("kind", [POLICY, LIFECYCLE, CORS], ids=lambda kind: kind.what)
def test_a_document_that_somebody_else_has_changed_is_not_replaced(
    deployment: Deployment, bucket: str, kind: Kind
) -> None:
    s3 = deployment.aws.s3
    before = read(s3, bucket, kind)
    theirs = with_items(before, kind, [OURS[kind.what] | {kind.key: "Theirs"}])
    write(s3, bucket, kind, before, theirs)
    with pytest.raises(DeployError, match=f"Somebody else is changing a {kind.what} of the bucket {bucket}"):
        write(s3, bucket, kind, before, with_items(before, kind, [OURS[kind.what]]))
    assert [each[kind.key] for each in read(s3, bucket, kind)[kind.items]] == ["Theirs"]


def test_a_write_that_somebody_else_replaces_is_noticed(deployment: Deployment, bucket: str) -> None:
    """They had read the policy before our write, and write right after it."""
    s3 = deployment.aws.s3
    theirs = json.dumps({"Version": "2012-10-17", "Statement": [OURS[POLICY.what] | {"Sid": "Theirs"}]})

    def replace(**_: Any) -> None:
        s3.meta.events.unregister("after-call.s3.PutBucketPolicy", replace)
        s3.put_bucket_policy(Bucket=bucket, Policy=theirs)

    s3.meta.events.register("after-call.s3.PutBucketPolicy", replace)
    before = read(s3, bucket, POLICY)
    with pytest.raises(DeployError, match="Wait for them, then repeat the command"):
        write(s3, bucket, POLICY, before, with_items(before, POLICY, [OURS[POLICY.what]]))


def test_a_policy_with_one_statement_that_is_not_a_list_is_read(deployment: Deployment, bucket: str) -> None:
    document = json.dumps({"Version": "2012-10-17", "Statement": OURS[POLICY.what]})
    deployment.aws.s3.put_bucket_policy(Bucket=bucket, Policy=document)
    assert read(deployment.aws.s3, bucket, POLICY)["Statement"] == [OURS[POLICY.what]]
