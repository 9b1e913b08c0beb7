"""CloudFront's invalidation API, through boto3."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, cast

from botocore.config import Config

from assets import aws
from assets.conf import config

if TYPE_CHECKING:
    from mypy_boto3_cloudfront import CloudFrontClient
    from mypy_boto3_cloudfront.type_defs import InvalidationBatchTypeDef, InvalidationTypeDef

COMPLETED = "Completed"
_ADVICE = {
    "NoSuchDistribution": "Check OTHER_DISTRIBUTION_IDS and DISTRIBUTION_ID in the setting IMAGEHUB.",
    "AccessDenied": "Allow cloudfront:CreateInvalidation and cloudfront:GetInvalidation on the distribution.",
    "SignatureDoesNotMatch": "Check the AWS credentials and the clock of this machine.",
    "InvalidClientTokenId": "Check the AWS credentials of this machine.",
    "ExpiredToken": "Renew the AWS credentials of this machine, which have expired.",
}


@dataclass(frozen=True, slots=True)
class Invalidation:
    """An invalidation's id and status; `COMPLETED` is the last status."""

    id: str
    status: str


def invalidate(items: Sequence[str], reference: str) -> Invalidation:
    """Ask CloudFront to drop ``items`` (``/paths*`` and ``#tags``) from its caches.

    All distributions get the same invalidation; the answer is that of the last one, which is `look_up`'s. The same
    ``reference`` with the same items returns the same invalidations again. Raises `RetryLater` or `PermanentFailure`.
    """
    batch: InvalidationBatchTypeDef = {
        "Paths": {"Quantity": len(items), "Items": list(items)},
        "CallerReference": reference,
    }
    for distribution in config().distributions:
        with _explained():
            answer = _client(config().cloudfront_endpoint).create_invalidation(
                DistributionId=distribution, InvalidationBatch=batch
            )
    return _read(answer["Invalidation"])


def look_up(invalidation_id: str) -> Invalidation:
    """An invalidation as it is now. Raises `RetryLater` or `PermanentFailure`."""
    with _explained():
        answer = _client(config().cloudfront_endpoint).get_invalidation(
            DistributionId=config().distribution_id, Id=invalidation_id
        )
    return _read(answer["Invalidation"])


def distribution_status(distribution: str) -> str:
    """``Deployed``, or ``InProgress`` after a change. Raises `RetryLater` or `PermanentFailure`."""
    with _explained():
        answer = _client(config().cloudfront_endpoint).get_distribution(Id=distribution)
    return answer["Distribution"]["Status"]


def _read(value: InvalidationTypeDef) -> Invalidation:
    return Invalidation(value["Id"], value["Status"])


@cache
def _client(endpoint: str) -> CloudFrontClient:
    # One attempt a call: the job retries, and lets other jobs run while it waits.
    timeouts = Config(connect_timeout=3, read_timeout=10, retries={"total_max_attempts": 1})
    client = aws.client("cloudfront", region="us-east-1", endpoint=endpoint or None, config=timeouts)
    return cast("CloudFrontClient", client)


def _explained() -> AbstractContextManager[None]:
    return aws.explained("CloudFront", lambda code: _ADVICE.get(code, ""))
