"""CloudFront's API: which errors are worth another attempt, and what people can do about the others."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from assets import cloudfront
from assets.errors import PermanentFailure, RetryLater
from tests.assets.job_support import aws_error, configure, serving


@pytest.fixture(autouse=True)
def _credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")


def invalidate(settings: Any, root: Path, status: int, code: str, message: str = "No.") -> None:
    with serving(lambda _: aws_error(status, code, message)) as server:
        configure(settings, root.as_uri(), server.url, "EDIST")
        cloudfront.invalidate(["#ih-1"], "reference")


@pytest.mark.parametrize(
    ("status", "code"),
    [(400, "Throttling"), (400, "TooManyInvalidationsInProgress"), (500, "InternalError"), (429, "Slow")],
)
def test_an_error_that_passes_is_to_be_retried(settings: Any, root: Path, status: int, code: str) -> None:
    with pytest.raises(RetryLater, match=f"^CloudFront answered {code}: Rate exceeded$"):
        invalidate(settings, root, status, code, "Rate exceeded")


@pytest.mark.parametrize(
    ("code", "advice"),
    [
        ("AccessDenied", "Allow cloudfront:CreateInvalidation and cloudfront:GetInvalidation on the distribution."),
        ("NoSuchDistribution", "Check DISTRIBUTION_ID in the setting IMAGEHUB."),
        ("InvalidClientTokenId", "Check the AWS credentials of this machine."),
        ("ExpiredToken", "Renew the AWS credentials of this machine, which have expired."),
        ("InvalidArgument", ""),
    ],
)
def test_any_other_error_says_what_to_do(settings: Any, root: Path, code: str, advice: str) -> None:
    with pytest.raises(PermanentFailure) as caught:
        invalidate(settings, root, 403, code)
    assert str(caught.value) == f"CloudFront answered {code}: No. {advice}".strip()


def test_no_answer_is_to_be_retried(settings: Any, root: Path) -> None:
    configure(settings, root.as_uri(), "http://127.0.0.1:9", "EDIST")
    with pytest.raises(RetryLater, match=r"^CloudFront does not answer: "):
        cloudfront.look_up("I1")


def test_missing_credentials_are_a_permanent_failure(
    settings: Any, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    configure(settings, root.as_uri(), "http://127.0.0.1:9", "EDIST")
    with pytest.raises(PermanentFailure, match=r"^CloudFront cannot be called: .*credentials"):
        cloudfront.invalidate(["#ih-1"], "reference")
