"""The Lambda function with which Secrets Manager rotates the signing keys, by the stack's schedule.

If the stack has a KeyValueStore, it also writes the keys there, since a CloudFront Function cannot read a secret. Then
CloudFormation calls it once, and EventBridge regularly for keys that were rotated by hand.

The secret's versions at AWSCURRENT and AWSPREVIOUS hold one key each, and both are valid. Secrets Manager calls this
function four times for each rotation, and again after an error, so each step may be repeated:
https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Mapping
from typing import Any, NotRequired, TypedDict, cast

import boto3

from edge.contract.signing import KEEP_SECONDS, Claim, KeyRing, SigningKey
from infra.functions.custom_resource import CustomResourceEvent, answer

log = logging.getLogger("imagehub.rotation")

CURRENT, PREVIOUS, PENDING = "AWSCURRENT", "AWSPREVIOUS", "AWSPENDING"
#: The ARN of the KeyValueStore. Absent if there is none.
STORE_VARIABLE = "KEY_VALUE_STORE"
#: A current key of this age was published before. The store is not asked, since each call of its API costs money.
PUBLISHED_SECONDS = 3 * KEEP_SECONDS


class RotationEvent(TypedDict):
    """``ClientRequestToken`` is the id of the secret's new version. The schedule's step, ``publish``, has none."""

    Step: str
    SecretId: str
    ClientRequestToken: NotRequired[str]


class RotationTooEarly(Exception):
    """A rotation now would remove a key that cached pages still use. Secrets Manager tries again later."""


def handler(event: RotationEvent | CustomResourceEvent, _context: object) -> None:
    """One step of a rotation. An exception fails the rotation, and the keys stay as they are."""
    if "RequestType" in event:
        answer(cast(CustomResourceEvent, event), _publish_first)
        return
    steps = {
        "createSecret": _create,
        "setSecret": _publish_pending,
        "testSecret": _test,
        "finishSecret": _finish,
        "publish": _publish_recent,
    }
    secret = event["SecretId"]
    steps[event["Step"]](_client(secret), secret, event.get("ClientRequestToken", ""))


def _client(secret: str) -> Any:
    """The secret's region may be another one than the function's."""
    region = secret.split(":")[3] if secret.startswith("arn:") else None
    # The variable is for tests. On Lambda it is absent, and the endpoint is the region's own.
    endpoint = os.environ.get("SECRETS_MANAGER_ENDPOINT")
    return boto3.client("secretsmanager", region_name=region, endpoint_url=endpoint)


def _create(client: Any, secret: str, token: str) -> None:
    """Store a new key as the pending version, unless an earlier call did."""
    if _read(client, secret, VersionId=token):
        return
    ring, now = _ring(client, secret), int(time.time())
    if now < ring.rotates_from:
        raise RotationTooEarly(f"Cached pages may use the previous key until the unix time {ring.rotates_from}.")
    key = SigningKey.generate(now)
    client.put_secret_value(
        SecretId=secret, ClientRequestToken=token, SecretString=key.as_json(), VersionStages=[PENDING]
    )
    log.info("key %s is pending", key.id)


def _publish_pending(client: Any, secret: str, token: str) -> None:
    """Let the edge verify with the pending key, beside the current one, before any signer can know it."""
    if not os.environ.get(STORE_VARIABLE):
        return
    pending = _read(client, secret, VersionId=token)
    if pending is None:
        raise ValueError(f"There is no version {token}.")
    ring = _ring(client, secret)
    _publish(ring if ring.current.id == pending.id else ring.rotated(pending))


def _publish_first(properties: Mapping[str, str]) -> None:
    """Fill a KeyValueStore that the stack has just got."""
    secret = properties["SecretId"]
    _publish(_ring(_client(secret), secret))


def _publish_recent(client: Any, secret: str, _token: str) -> None:
    """Publish a key that was made by hand. Signers begin to use it when it is twice `KEEP_SECONDS` old."""
    ring = _ring(client, secret)
    if time.time() - ring.current.created < PUBLISHED_SECONDS:
        _publish(ring)


def _publish(ring: KeyRing) -> None:
    from infra.functions.key_value_store import publish  # it needs awscrt, which is packaged only if there is a store

    if publish(os.environ[STORE_VARIABLE], ring):
        log.info("key %s is published", ring.current.id)


def _test(client: Any, secret: str, token: str) -> None:
    """Read the pending key and sign with it. Raises if it would not work."""
    key = _read(client, secret, VersionId=token)
    if key is None:
        raise ValueError(f"There is no version {token}.")
    claim = Claim("test.jpg", "w300")
    claim.verify(claim.sign(key), KeyRing(key).find, time.time())


def _finish(client: Any, secret: str, token: str) -> None:
    """Make the pending key the current one; the current one becomes the previous one. Does nothing the second time."""
    stages: dict[str, list[str]] = client.describe_secret(SecretId=secret)["VersionIdsToStages"]
    current = next((version for version, names in stages.items() if CURRENT in names), None)
    if current == token:
        return
    move = {"MoveToVersionId": token, **({"RemoveFromVersionId": current} if current else {})}
    client.update_secret_version_stage(SecretId=secret, VersionStage=CURRENT, **move)
    if PENDING in stages.get(token, []):
        client.update_secret_version_stage(SecretId=secret, VersionStage=PENDING, RemoveFromVersionId=token)
    log.info("version %s is current", token)


def _ring(client: Any, secret: str) -> KeyRing:
    current = _read(client, secret, VersionStage=CURRENT)
    if current is None:
        raise ValueError("The secret has no current version. Create the first key: manage.py rotate_signing_keys.")
    return KeyRing(current, _read(client, secret, VersionStage=PREVIOUS), KEEP_SECONDS)


def _read(client: Any, secret: str, **version: str) -> SigningKey | None:
    """The key of a version; None if there is none."""
    try:
        return SigningKey.parse(client.get_secret_value(SecretId=secret, **version)["SecretString"])
    except client.exceptions.ResourceNotFoundException:
        return None
