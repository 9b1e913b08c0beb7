"""boto3 sessions: how Django finds AWS credentials for CloudFront and Secrets Manager."""

from __future__ import annotations

from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, Any

from edge.storage.aws.sigv4 import Credentials
from edge.storage.errors import StorageUnavailable

if TYPE_CHECKING:
    import boto3
    from botocore.config import Config

_lock = Lock()


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
        return session().client(service, region_name=region, endpoint_url=endpoint, config=config)  # type: ignore[call-overload]  # a name known at run time


def credentials() -> Credentials:
    """The credentials for one request; those of a role expire, so call this for each. Raises `StorageUnavailable`."""
    found = session().get_credentials()
    if found is None:
        raise StorageUnavailable("No AWS credentials were found. Set AWS_ACCESS_KEY_ID or give this machine a role.")
    frozen = found.get_frozen_credentials()
    return Credentials(str(frozen.access_key), str(frozen.secret_key), frozen.token)
