"""The Lambda function with which Secrets Manager rotates the signing keys, by the stack's schedule.

The secret's versions at AWSCURRENT and AWSPREVIOUS hold one key each, and both are valid. Secrets Manager calls this
function four times for each rotation, and again after an error, so each step may be repeated:
https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html
"""

from __future__ import annotations

import logging
import os
import time
from typing import Any, TypedDict

import boto3

from edge.contract.signing import KEEP_SECONDS, Claim, KeyRing, SigningKey

log = logging.getLogger("imagehub.rotation")

CURRENT, PREVIOUS, PENDING = "AWSCURRENT", "AWSPREVIOUS", "AWSPENDING"


class RotationEvent(TypedDict):
    """``ClientRequestToken`` is the id of the secret's new version."""

    Step: str
    SecretId: str
    ClientRequestToken: str


class RotationTooEarly(Exception):
    """A rotation now would remove a key that cached pages still use. Secrets Manager tries again later."""


def handler(event: RotationEvent, _context: object) -> None:
    """One step of a rotation. An exception fails the rotation, and the keys stay as they are."""
    steps = {
        "createSecret": _create,
        "setSecret": _nothing_to_set,
        "testSecret": _test,
        "finishSecret": _finish,
    }
    # The variable is for tests. On Lambda it is absent, and the endpoint is the region's own.
    client = boto3.client("secretsmanager", endpoint_url=os.environ.get("SECRETS_MANAGER_ENDPOINT"))
    steps[event["Step"]](client, event["SecretId"], event["ClientRequestToken"])


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


def _nothing_to_set(_client: Any, _secret: str, _token: str) -> None:
    """No other service has to be told: edges and Django read the secret."""


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
