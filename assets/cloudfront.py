"""CloudFront's invalidation API, through AWS's own client."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError, ConnectionError, HTTPClientError

from assets.conf import config
from assets.errors import PermanentFailure, RetryLater

if TYPE_CHECKING:
    from mypy_boto3_cloudfront import CloudFrontClient
    from mypy_boto3_cloudfront.type_defs import InvalidationBatchTypeDef, InvalidationTypeDef

COMPLETED = "Completed"
#: https://docs.aws.amazon.com/cloudfront/latest/APIReference/CommonErrors.html
_TRANSIENT = frozenset(
    {
        "RequestLimitExceeded",
        "ServiceUnavailable",
        "Throttling",
        "ThrottlingException",
        "TooManyInvalidationsInProgress",
        "TooManyRequestsException",
    }
)
_ADVICE = {
    "NoSuchDistribution": "IMAGEHUB_DISTRIBUTION_ID names no distribution of this account.",
    "AccessDenied": "Allow cloudfront:CreateInvalidation and cloudfront:GetInvalidation on the distribution.",
    "InvalidClientTokenId": "The AWS credentials of this machine are not good.",
    "ExpiredToken": "The AWS credentials of this machine have expired.",
}


@dataclass(frozen=True, slots=True)
class Invalidation:
    id: str
    status: str


def invalidate(items: Sequence[str], reference: str) -> Invalidation:
    """Ask CloudFront to forget ``items`` (``/paths*`` and ``#tags``).

    The same ``reference`` with the same items gives the same invalidation again. Raises
    `RetryLater`, `PermanentFailure`.
    """
    batch: InvalidationBatchTypeDef = {
        "Paths": {"Quantity": len(items), "Items": list(items)},
        "CallerReference": reference,
    }
    with _explained():
        answer = _client(config().cloudfront_endpoint).create_invalidation(
            DistributionId=config().distribution_id, InvalidationBatch=batch
        )
    return _read(answer["Invalidation"])


def look_up(invalidation_id: str) -> Invalidation:
    """How far an invalidation is. Raises `RetryLater`, `PermanentFailure`."""
    with _explained():
        answer = _client(config().cloudfront_endpoint).get_invalidation(
            DistributionId=config().distribution_id, Id=invalidation_id
        )
    return _read(answer["Invalidation"])


def _read(value: InvalidationTypeDef) -> Invalidation:
    return Invalidation(value["Id"], value["Status"])


@cache
def _client(endpoint: str) -> CloudFrontClient:
    import boto3  # takes 0.3 s, which a process that purges nothing shall not spend
    from botocore.config import Config

    # One try at a time: the job does the waiting, and lets others go ahead meanwhile.
    patience = Config(connect_timeout=3, read_timeout=10, retries={"total_max_attempts": 1})
    session = boto3.Session()  # of its own: making a client of the shared one is not thread-safe
    return session.client("cloudfront", region_name="us-east-1", endpoint_url=endpoint or None, config=patience)


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except (ConnectionError, HTTPClientError) as error:
        raise RetryLater(f"CloudFront does not answer: {error}") from error
    except ClientError as error:
        raise _judge(error) from error
    except BotoCoreError as error:
        raise PermanentFailure(f"CloudFront cannot be asked: {error}") from error


def _judge(error: ClientError) -> RetryLater | PermanentFailure:
    details = error.response["Error"]
    code = details.get("Code", "")
    status = error.response["ResponseMetadata"]["HTTPStatusCode"]
    said = f"CloudFront says {code}: {details.get('Message', '')}"
    if code in _TRANSIENT or status >= 500 or status == 429:
        return RetryLater(said)
    return PermanentFailure(f"{said} {_ADVICE.get(code, '')}".rstrip())
