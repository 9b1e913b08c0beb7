"""The stack's region does not depend on the user's."""

from __future__ import annotations

import pytest

from infra.deploy.aws import Aws


def test_every_service_is_called_in_us_east_1(account: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    aws = Aws()
    clients = (aws.cloudformation, aws.cloudfront, aws.functions, aws.iam, aws.s3, aws.sts)
    assert {client.meta.region_name for client in clients if client is not aws.iam} <= {"us-east-1", "aws-global"}
