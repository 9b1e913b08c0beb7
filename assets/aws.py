"""boto3 sessions: how Django finds AWS credentials, and which of AWS's errors pass by themselves."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, Any

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError,
    CredentialRetrievalError,
    HTTPClientError,
    MetadataRetrievalError,
)
from botocore.parsers import ResponseParserError

from assets.errors import PermanentFailure, RetryLater, StorageRefused, Unanswered
from edge.storage.aws.sigv4 import Credentials
from edge.storage.errors import StorageUnavailable

if TYPE_CHECKING:
    import boto3
    from botocore.config import Config

_lock = Lock()
#: botocore's own lists of throttling and transient errors, whatever their status, and CloudFront's. A test compares.
#: https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
PASSING_CODES = frozenset(
    {
        "BandwidthLimitExceeded",
        "EC2ThrottledException",
        "LimitExceededException",
        "PriorRequestNotComplete",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "RequestTimeout",
        "RequestTimeoutException",
        "SlowDown",
        "Throttling",
        "ThrottledException",
        "ThrottlingException",
        "TooManyRequestsException",
        "TransactionInProgressException",
        # https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
        "InternalError",
        "ServiceUnavailable",
        # https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CreateInvalidation.html
        "TooManyInvalidationsInProgress",
    }
)
#: A request that took too long, a conflict with another one at the same time, and too many requests.
_PASSING_STATUSES = (408, 409, 412, 429)


@cache
def session() -> boto3.Session:
    """The process's session, with the credentials of the environment, a profile or the machine's role."""
    import boto3  # takes 0.3 s, which a process that never calls AWS should not spend

    return boto3.Session()


def client(service: str, *, region: str, endpoint: str | None, config: Config) -> Any:
    """A client, which threads may share."""
    # Creating a client is not thread-safe, unlike using one:
    # https://docs.aws.amazon.com/boto3/latest/guide/session.html#multithreading-or-multiprocessing-with-sessions
    with _lock:
        read_credentials(session())  # a client that is created without credentials never looks for them again
        return session().client(service, region_name=region, endpoint_url=endpoint, config=config)  # type: ignore[call-overload]  # a name known at run time


def credentials() -> Credentials:
    """The credentials for one request; those of a role expire, so call this for each. Raises `StorageUnavailable`."""
    with translated_credential_errors():
        frozen = read_credentials(session()).get_frozen_credentials()
    return Credentials(str(frozen.access_key), str(frozen.secret_key), frozen.token)


def read_credentials(source: boto3.Session) -> Any:
    """The session's credentials. Raises `StorageUnavailable`, or `StorageRefused` if there can be none."""
    with translated_credential_errors():
        found = source.get_credentials()
    if found is not None:
        return found
    missing = "No AWS credentials were found. Set AWS_ACCESS_KEY_ID or give this machine a role."
    # https://docs.aws.amazon.com/sdkref/latest/guide/feature-imds-credentials.html
    if os.environ.get("AWS_EC2_METADATA_DISABLED", "").lower() == "true":
        raise StorageRefused(missing)
    # boto3 does not tell whether the machine has no role or its metadata service did not answer this time.
    raise StorageUnavailable(missing)


@contextmanager
def translated_credential_errors() -> Iterator[None]:
    try:
        yield
    except BotoCoreError as error:  # an endpoint of a container or machine that fails, or a file that is wrong
        raise StorageUnavailable(f"The AWS credentials cannot be read: {error}") from error


@contextmanager
def explained(
    service: str, advise: Callable[[str], str], advise_on_setup: Callable[[], str] = lambda: ""
) -> Iterator[None]:
    """Raises boto3's errors of a call to ``service`` as `RetryLater` or `PermanentFailure`.

    ``advise`` says what to do about an error code of the service, ``advise_on_setup`` about a call that botocore itself
    refuses. If the service does not answer, the error is `Unanswered`.
    """
    try:
        yield
    except (ConnectionError, HTTPClientError, ResponseParserError) as error:
        raise Unanswered(f"{service} does not answer: {error}") from error
    except ClientError as error:
        raise _classified(service, error, advise) from error
    except StorageRefused as error:
        raise PermanentFailure(f"{service} cannot be called: {error}") from error
    except (StorageUnavailable, CredentialRetrievalError, MetadataRetrievalError) as error:
        raise RetryLater(f"{service} cannot be called at the moment: {error}") from error
    except BotoCoreError as error:
        raise PermanentFailure(f"{service} cannot be called: {error} {advise_on_setup()}".rstrip()) from error


def _classified(service: str, error: ClientError, advise: Callable[[str], str]) -> RetryLater | PermanentFailure:
    details = error.response["Error"]
    code = details.get("Code", "")
    answer = f"{service} answered {code}: {details.get('Message', '')}"
    if passes(error):
        return RetryLater(answer)
    return PermanentFailure(f"{answer} {advise(code)}".rstrip())


def passes(error: ClientError) -> bool:
    """Whether the same request may succeed later. A wrong signature or denied access stays as it is."""
    if error.response.get("Error", {}).get("Code") in PASSING_CODES:
        return True
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 500)
    return status >= 500 or status in _PASSING_STATUSES
