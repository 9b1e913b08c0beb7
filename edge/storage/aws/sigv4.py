"""AWS Signature Version 4, with the standard library alone: botocore costs a cold start a third of a second.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import quote

from edge.storage.errors import StorageUnavailable

_ALGORITHM = "AWS4-HMAC-SHA256"


@dataclass(frozen=True, slots=True)
class Credentials:
    """AWS credentials. Only temporary ones have a token."""

    access_key: str
    secret_key: str = field(repr=False)
    token: str | None = field(default=None, repr=False)


def from_environment() -> Credentials:
    """The credentials that Lambda sets. Raises `StorageUnavailable` if there are none."""
    try:
        access_key, secret_key = os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"]
    except KeyError as error:
        raise StorageUnavailable(f"no AWS credentials: {error.args[0]} is not set") from None
    return Credentials(access_key, secret_key, os.environ.get("AWS_SESSION_TOKEN") or None)


@dataclass(frozen=True, slots=True)
class Service:
    """What a signature is valid for: one service in one region."""

    name: str
    region: str


@dataclass(frozen=True, slots=True)
class AwsRequest:
    """An HTTP request: ``path`` is percent-encoded, ``query`` is not; ``headers`` include the host."""

    method: str
    path: str
    query: Sequence[tuple[str, str]] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def query_string(self) -> str:
        """The query in SigV4's canonical spelling, in which it is sent too."""
        pairs = sorted((quote(name, safe="-_.~"), quote(value, safe="-_.~")) for name, value in self.query)
        return "&".join(f"{name}={value}" for name, value in pairs)

    @property
    def target(self) -> str:
        return f"{self.path}?{self.query_string}" if self.query else self.path


def sign(request: AwsRequest, service: Service, credentials: Credentials, now: datetime) -> dict[str, str]:
    """All headers to send: the request's own, all of them signed, and the signature's. ``now`` is in UTC."""
    payload = hashlib.sha256(request.body).hexdigest()
    headers = {name.lower(): value for name, value in request.headers.items()}
    headers |= {"x-amz-date": now.strftime("%Y%m%dT%H%M%SZ"), "x-amz-content-sha256": payload}
    if credentials.token:
        headers["x-amz-security-token"] = credentials.token
    names = ";".join(sorted(headers))
    scope = f"{now:%Y%m%d}/{service.region}/{service.name}/aws4_request"
    text = f"{_ALGORITHM}\n{headers['x-amz-date']}\n{scope}\n{_hash(_canonical(request, headers, names, payload))}"
    signature = hmac.new(_signing_key(credentials.secret_key, scope), text.encode(), "sha256").hexdigest()
    headers["authorization"] = (
        f"{_ALGORITHM} Credential={credentials.access_key}/{scope}, SignedHeaders={names}, Signature={signature}"
    )
    return headers


def presign(
    request: AwsRequest, host: str, service: Service, credentials: Credentials, now: datetime, seconds: int
) -> str:
    """The target of a GET that anybody may send to ``host`` for so many ``seconds``. ``now`` is in UTC.

    https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
    """
    scope, moment = f"{now:%Y%m%d}/{service.region}/{service.name}/aws4_request", now.strftime("%Y%m%dT%H%M%SZ")
    query = {
        "X-Amz-Algorithm": _ALGORITHM,
        "X-Amz-Credential": f"{credentials.access_key}/{scope}",
        "X-Amz-Date": moment,
        "X-Amz-Expires": str(seconds),
        "X-Amz-SignedHeaders": "host",
        **({"X-Amz-Security-Token": credentials.token} if credentials.token else {}),
    }
    signed = replace(request, query=[*request.query, *query.items()])
    text = f"{_ALGORITHM}\n{moment}\n{scope}\n{_hash(_canonical(signed, {'host': host}, 'host', 'UNSIGNED-PAYLOAD'))}"
    signature = hmac.new(_signing_key(credentials.secret_key, scope), text.encode(), "sha256").hexdigest()
    return f"{signed.target}&X-Amz-Signature={signature}"


def _canonical(request: AwsRequest, headers: Mapping[str, str], names: str, payload: str) -> str:
    lines = "".join(f"{name}:{' '.join(headers[name].split())}\n" for name in sorted(headers))
    return f"{request.method}\n{request.path}\n{request.query_string}\n{lines}\n{names}\n{payload}"


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _signing_key(secret: str, scope: str) -> bytes:
    key = f"AWS4{secret}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    return key
