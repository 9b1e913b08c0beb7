"""AWS's errors as sentences."""

from __future__ import annotations

from pathlib import Path

import boto3
import pytest
from botocore.exceptions import ClientError

from infra.deploy.cli import main
from infra.deploy.messages import aws_error
from tests.s3server import S3Server


@pytest.mark.s3
@pytest.mark.parametrize(("key", "secret"), [("unknown", ""), ("", "wrong")], ids=["unknown key", "wrong secret"])
def test_invalid_credentials_say_to_log_in(s3_server: S3Server, key: str, secret: str) -> None:
    known = s3_server.credentials
    session = boto3.Session(key or known.access_key, secret or known.secret_key, region_name="us-east-1")
    client = session.client("s3", endpoint_url=s3_server.endpoint)
    with pytest.raises(ClientError) as raised:
        client.list_buckets()
    client.close()
    assert "AWS does not accept the credentials" in str(aws_error(raised.value))


@pytest.mark.parametrize("profile", ["", "absent"], ids=["none", "unknown profile"])
def test_missing_credentials_say_to_log_in(
    profile: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    if profile:
        monkeypatch.setenv("AWS_PROFILE", profile)
    assert main(["status"]) == 3
    error = capsys.readouterr().err
    assert "There are no AWS credentials" in error
    assert "Log in again" in error
