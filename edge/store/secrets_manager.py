"""Signing keys in AWS Secrets Manager: each stage of the secret holds one key.

https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
"""

from __future__ import annotations

import json
from collections.abc import Callable

from edge.signing import Key, KeyRing
from edge.store import StoreUnavailable
from edge.store.sigv4 import Credentials, Request, Service
from edge.store.transport import Transport

_HEADERS = {"content-type": "application/x-amz-json-1.1", "x-amz-target": "secretsmanager.GetSecretValue"}


def reader(
    name: str, region: str, endpoint: str | None, credentials: Callable[[], Credentials]
) -> Callable[[], KeyRing]:
    """A function that reads the secret's current and previous key; it raises `StoreUnavailable` or `ValueError`."""
    service = Service("secretsmanager", region)
    transport = Transport(endpoint or f"https://secretsmanager.{region}.amazonaws.com", service, credentials)

    def read() -> KeyRing:
        current = _key(transport, name, "AWSCURRENT")
        if current is None:
            raise StoreUnavailable("Secrets Manager has no such secret")
        return KeyRing(current, _key(transport, name, "AWSPREVIOUS"))

    return read


def _key(transport: Transport, name: str, stage: str) -> Key | None:
    """One version of the secret; `None` where there is none, as before the first rotation."""
    body = json.dumps({"SecretId": name, "VersionStage": stage}).encode()
    reply = transport.send(Request("POST", "/", headers=_HEADERS, body=body))
    answer = json.loads(reply.body)
    if reply.status == 200:
        return Key.parse(answer.get("SecretString", ""))
    kind = answer.get("__type", "").rpartition("#")[2]
    if kind == "ResourceNotFoundException":
        return None
    raise StoreUnavailable(f"Secrets Manager refuses: {reply.status} {kind}")
