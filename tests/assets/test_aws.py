"""How Django finds AWS credentials: as boto3 does."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.retries import standard

from assets import aws
from assets.errors import StorageRefused
from edge.storage.aws.sigv4 import Credentials


@pytest.fixture(autouse=True)
def credentials_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine without credentials, but for what a test writes into this file."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    path = tmp_path / "credentials"
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(path))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    return path


def test_the_environment_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKID")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "token")
    assert aws.credentials() == Credentials("AKID", "secret", "token")


def test_a_profile_is_found(credentials_file: Path) -> None:
    credentials_file.write_text("[default]\naws_access_key_id = AKID\naws_secret_access_key = secret\n")
    assert aws.credentials() == Credentials("AKID", "secret", None)


def test_missing_credentials_say_what_to_do() -> None:
    with pytest.raises(StorageRefused, match="Set AWS_ACCESS_KEY_ID or give this machine a role"):
        aws.credentials()


def test_the_codes_that_pass_are_botocores_and_a_few_more() -> None:
    transient: Any = standard.TransientRetryableChecker
    throttled: Any = standard.ThrottledRetryableChecker
    theirs = {*transient._TRANSIENT_ERROR_CODES, *throttled._THROTTLED_ERROR_CODES}
    assert aws.PASSING_CODES - theirs == {"InternalError", "ServiceUnavailable", "TooManyInvalidationsInProgress"}
    assert theirs <= aws.PASSING_CODES
    for status in transient._TRANSIENT_STATUS_CODES:
        assert aws.passes(ClientError({"ResponseMetadata": {"HTTPStatusCode": status}}, "GetObject"))  # type: ignore[typeddict-item]


def test_threads_may_create_clients_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKID")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")

    def create(_: int) -> str:
        client = aws.client("cloudfront", region="us-east-1", endpoint="http://127.0.0.1:9", config=Config())
        return str(client.meta.endpoint_url)

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(create, range(16))) == {"http://127.0.0.1:9"}
