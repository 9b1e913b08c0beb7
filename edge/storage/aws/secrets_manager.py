"""Secrets in AWS Secrets Manager. Of signing keys each stage of the secret holds one key.

https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
"""

from __future__ import annotations

import json
from collections.abc import Callable

from edge.contract.signing import KeyRing, SigningKey
from edge.storage.aws.http import AwsClient, Timeouts
from edge.storage.aws.sigv4 import AwsRequest, Credentials, Service
from edge.storage.errors import StorageUnavailable

_HEADERS = {"content-type": "application/x-amz-json-1.1", "x-amz-target": "secretsmanager.GetSecretValue"}
#: Visitors do not wait this long (`cache.WAIT_SECONDS`), but a late response is still useful.
_TIMEOUTS = Timeouts(connect=2.0, read=5.0)
#: A secret has at most 65,536 bytes: https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html
_MAX_BYTES = 256 * 1024


def reader(
    name: str, region: str, endpoint: str | None, credentials: Callable[[], Credentials]
) -> Callable[[], KeyRing]:
    """A function that reads the secret's current and previous key. It raises `StorageUnavailable` or `ValueError`."""
    client = _client(region, endpoint, credentials)

    def read() -> KeyRing:
        # The current key first: if the secret is rotated between the two requests, the other order would miss the
        # key that was current until then.
        current = _key(client, name, "AWSCURRENT")
        if current is None:
            raise StorageUnavailable(f"Secrets Manager has no secret {name}")
        return KeyRing(current, _key(client, name, "AWSPREVIOUS"))

    return read


def read_secret(name: str, region: str, endpoint: str | None, credentials: Callable[[], Credentials]) -> str:
    """The current text of a secret. Raises `StorageUnavailable` or `ValueError`."""
    text = _text(_client(region, endpoint, credentials), name, "AWSCURRENT")
    if text is None:
        raise StorageUnavailable(f"Secrets Manager has no secret {name}")
    return text


def _client(region: str, endpoint: str | None, credentials: Callable[[], Credentials]) -> AwsClient:
    service = Service("secretsmanager", region)
    return AwsClient(endpoint or f"https://secretsmanager.{region}.amazonaws.com", service, credentials, _TIMEOUTS)


def _key(client: AwsClient, name: str, stage: str) -> SigningKey | None:
    text = _text(client, name, stage)
    return None if text is None else SigningKey.parse(text)


def _text(client: AwsClient, name: str, stage: str) -> str | None:
    """One version of the secret; `None` if it does not exist, as before the first rotation."""
    body = json.dumps({"SecretId": name, "VersionStage": stage}).encode()
    response = client.send(AwsRequest("POST", "/", headers=_HEADERS, body=body), _MAX_BYTES)
    answer = json.loads(response.body)
    if not isinstance(answer, dict):
        raise ValueError("Secrets Manager returned JSON that is not an object")
    if response.status == 200:
        return str(answer.get("SecretString", ""))
    kind = str(answer.get("__type", "")).rpartition("#")[2]
    if kind == "ResourceNotFoundException":
        return None
    raise StorageUnavailable(f"Secrets Manager refuses the request: {response.status} {kind}")
