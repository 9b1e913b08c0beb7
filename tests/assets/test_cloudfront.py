"""CloudFront's API: which errors are worth another attempt, and what people can do about the others."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from assets import cloudfront
from assets.errors import PermanentFailure, RetryLater
from infra.local.cloudfront import LocalCloudFront
from tests.assets.job_support import Answer, aws_error, configure, serving


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
    [
        (400, "Throttling"),
        (403, "RequestLimitExceeded"),
        (404, "TransactionInProgressException"),
        (400, "TooManyInvalidationsInProgress"),
        (500, "InternalFailure"),
        (429, "Slow"),
    ],
)
def test_an_error_that_passes_is_to_be_retried(settings: Any, root: Path, status: int, code: str) -> None:
    with pytest.raises(RetryLater, match=f"^CloudFront answered {code}: Rate exceeded$"):
        invalidate(settings, root, status, code, "Rate exceeded")


@pytest.mark.parametrize(
    ("code", "advice"),
    [
        ("AccessDenied", "Allow cloudfront:CreateInvalidation and cloudfront:GetInvalidation on the distribution."),
        ("NoSuchDistribution", "Check OTHER_DISTRIBUTION_IDS and DISTRIBUTION_ID in the setting IMAGEHUB."),
        ("InvalidClientTokenId", "Check the AWS credentials of this machine."),
        ("SignatureDoesNotMatch", "Check the AWS credentials and the clock of this machine."),
        ("ExpiredToken", "Renew the AWS credentials of this machine, which have expired."),
        ("InvalidArgument", ""),
    ],
)
def test_any_other_error_says_what_to_do(settings: Any, root: Path, code: str, advice: str) -> None:
    with pytest.raises(PermanentFailure) as caught:
        invalidate(settings, root, 403, code)
    assert str(caught.value) == f"CloudFront answered {code}: No. {advice}".strip()


def test_a_proxys_page_in_place_of_an_answer_is_to_be_retried(settings: Any, root: Path) -> None:
    with serving(lambda _: (200, b"<html>Please wait<br></html>", {"Content-Type": "text/html"})) as server:
        configure(settings, root.as_uri(), server.url, "EDIST")
        with pytest.raises(RetryLater, match=r"^CloudFront does not answer: "):
            cloudfront.look_up("I1")


def created(path: str) -> Answer:
    """CloudFront's answer to a new invalidation."""
    name = path.split("/")[3]
    body = f"<Invalidation><Id>I-{name}</Id><Status>InProgress</Status></Invalidation>"
    return 201, body.encode(), {"Content-Type": "text/xml"}


def test_every_distribution_is_invalidated_and_the_own_one_is_followed(settings: Any, root: Path) -> None:
    sent: list[bytes] = []

    def answer(request: Any) -> Answer:
        sent.append(request.body)
        return created(request.path)

    with serving(answer) as server:
        configure(settings, root.as_uri(), server.url, "EOWN")
        settings.IMAGEHUB = {**settings.IMAGEHUB, "OTHER_DISTRIBUTION_IDS": "EOLD1, EOLD2,"}
        assert cloudfront.invalidate(["#ih-1"], "reference").id == "I-EOWN"
        assert [path.split("/")[3] for path, _ in server.asked] == ["EOLD1", "EOLD2", "EOWN"]
    assert len(set(sent)) == 1
    assert b"<CallerReference>reference</CallerReference>" in sent[0]


def test_a_distribution_that_is_throttled_is_asked_again_with_the_others(settings: Any, root: Path) -> None:
    answers = [created("/2020-05-31/distribution/EOLD"), aws_error(400, "Throttling")]
    with serving(lambda request: answers.pop(0) if answers else created(request.path)) as server:
        configure(settings, root.as_uri(), server.url, "EOWN")
        settings.IMAGEHUB = {**settings.IMAGEHUB, "OTHER_DISTRIBUTION_IDS": "EOLD"}
        with pytest.raises(RetryLater):
            cloudfront.invalidate(["#ih-1"], "reference")
        assert cloudfront.invalidate(["#ih-1"], "reference").id == "I-EOWN"
        assert [path.split("/")[3] for path, _ in server.asked] == ["EOLD", "EOWN", "EOLD", "EOWN"]


def test_no_answer_is_to_be_retried(settings: Any, root: Path) -> None:
    configure(settings, root.as_uri(), "http://127.0.0.1:9", "EDIST")
    with pytest.raises(RetryLater, match=r"^CloudFront does not answer: "):
        cloudfront.look_up("I1")


def no_other_credentials(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


def test_missing_credentials_are_a_permanent_failure(
    settings: Any, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    no_other_credentials(tmp_path, monkeypatch)
    configure(settings, root.as_uri(), "http://127.0.0.1:9", "EDIST")
    with pytest.raises(PermanentFailure, match=r"^CloudFront cannot be called: .*credentials"):
        cloudfront.invalidate(["#ih-1"], "reference")


def test_a_credentials_endpoint_that_fails_for_a_moment_is_asked_again(
    cdn: LocalCloudFront, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The service of a container on AWS."""
    no_other_credentials(tmp_path, monkeypatch)
    answers: list[Answer] = [(500, b"", {})] * 3  # boto3 itself asks three times
    found = json.dumps({"AccessKeyId": "a", "SecretAccessKey": "b", "Token": "c", "Expiration": "2099-01-01T00:00:00Z"})
    with serving(lambda _: answers.pop(0) if answers else (200, found.encode(), {})) as server:
        monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", f"{server.url}/credentials")
        with pytest.raises(RetryLater, match=r"^CloudFront cannot be called at the moment: .*credentials"):
            cloudfront.invalidate(["#ih-1"], "blinking")
        assert cloudfront.invalidate(["#ih-1"], "blinking").id


def test_a_machine_whose_metadata_service_does_not_answer_is_asked_again(
    cdn: LocalCloudFront, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """boto3 then finds no credentials, and a client that it has created would never look for them again."""
    no_other_credentials(tmp_path, monkeypatch)
    monkeypatch.delenv("AWS_EC2_METADATA_DISABLED")
    role = {"AccessKeyId": "a", "SecretAccessKey": "b", "Token": "c", "Expiration": "2099-01-01T00:00:00Z"}
    answers = {"/latest/api/token": b"token", "/latest/meta-data/iam/security-credentials/": b"editor"}
    answers["/latest/meta-data/iam/security-credentials/editor"] = json.dumps({**role, "Code": "Success"}).encode()
    down = [True]
    with serving(lambda handler: (503, b"", {}) if down else (200, answers[handler.path], {})) as server:
        monkeypatch.setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", server.url)
        with pytest.raises(RetryLater, match=r"^CloudFront cannot be called at the moment: No AWS credentials"):
            cloudfront.invalidate(["#ih-1"], "metadata")
        down.clear()
        assert cloudfront.invalidate(["#ih-1"], "metadata").id
