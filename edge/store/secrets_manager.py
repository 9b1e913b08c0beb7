"""Signing keys in AWS Secrets Manager: each stage of the secret holds one key.

https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
"""

from __future__ import annotations

import json
from collections.abc import Callable

from edge.signing import Key, KeyRing
from edge.store import StoreUnavailable
from edge.store.sigv4 import Credentials, Request, Service
from edge.store.transport import Timeouts, Transport

_HEADERS = {"content-type": "application/x-amz-json-1.1", "x-amz-target": "secretsmanager.GetSecretValue"}
#: No visitor waits that long (`edge.store.key_source.WAIT_SECONDS`), but an answer that is late is still of use.
_TIMEOUTS = Timeouts(connect=2.0, read=5.0)
#: A secret has at most 65,536 bytes: https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html
_MAX_BYTES = 256 * 1024


def reader(
    name: str, region: str, endpoint: str | None, credentials: Callable[[], Credentials]
) -> Callable[[], KeyRing]:
    """A function that reads the secret's current and previous key; it raises `StoreUnavailable` or `ValueError`."""
    service = Service("secretsmanager", region)
    transport = Transport(endpoint or f"https://secretsmanager.{region}.amazonaws.com", service, credentials, _TIMEOUTS)

    def read() -> KeyRing:
        # The current key first: were the secret rotated between the two questions, the other way round would lose
        # the key that was current until then.
        current = _key(transport, name, "AWSCURRENT")
        if current is None:
            raise StoreUnavailable("Secrets Manager has no such secret")
        return KeyRing(current, _key(transport, name, "AWSPREVIOUS"))

    return read


def _key(transport: Transport, name: str, stage: str) -> Key | None:
    """One version of the secret; `None` where there is none, as before the first rotation."""
    body = json.dumps({"SecretId": name, "VersionStage": stage}).encode()
    reply = transport.send(Request("POST", "/", headers=_HEADERS, body=body), _MAX_BYTES)
    answer = json.loads(reply.body)
    if not isinstance(answer, dict):
        raise ValueError("Secrets Manager answers with something that is no object")
    if reply.status == 200:
        return Key.parse(str(answer.get("SecretString", "")))
    kind = str(answer.get("__type", "")).rpartition("#")[2]
    if kind == "ResourceNotFoundException":
        return None
    raise StoreUnavailable(f"Secrets Manager refuses: {reply.status} {kind}")
