"""Signing keys in a secret of AWS Secrets Manager."""

from __future__ import annotations

from typing import Any

from botocore.config import Config

from assets import aws
from assets.errors import SigningKeyStoreError
from edge.contract.signing import KeyRing, SigningKey
from edge.storage.signing_keys.location import SigningKeySecret

#: A key must be visible to every edge long before it signs, so a call may not be retried for minutes.
_TIMEOUTS = Config(connect_timeout=5, read_timeout=10, retries={"total_max_attempts": 3, "mode": "standard"})


class SecretKeyStore:
    """The secret's version at AWSCURRENT holds the current key, the one at AWSPREVIOUS the previous key.

    https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html#term_version
    """

    def __init__(self, location: SigningKeySecret) -> None:
        self._name = location.name
        self._client = aws.client(
            "secretsmanager", region=location.region, endpoint=location.endpoint, config=_TIMEOUTS
        )
        self._version = ""

    def read(self) -> KeyRing | None:
        current = self._at("AWSCURRENT")
        if current is None:
            return None
        self._version = current["VersionId"]
        previous = self._at("AWSPREVIOUS")
        return KeyRing(_parse(current), _parse(previous) if previous else None)

    def write(self, ring: KeyRing) -> None:
        if self._version:
            self._move(self._put(ring.current)["VersionId"])
        elif not self._exists():
            self._client.create_secret(Name=self._name, SecretString=ring.current.as_json())
        # A secret's first version becomes AWSCURRENT by itself. If ours did not, somebody else wrote the first one.
        elif "AWSCURRENT" not in self._put(ring.current)["VersionStages"]:
            raise _overtaken()

    def _put(self, key: SigningKey) -> Any:
        stages = ["AWSPENDING"]
        return self._client.put_secret_value(SecretId=self._name, SecretString=key.as_json(), VersionStages=stages)

    def _move(self, version: str) -> None:
        """Move AWSCURRENT from the version that was read, which becomes AWSPREVIOUS. Fails if it is elsewhere.

        https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecretVersionStage.html
        """
        move = {"MoveToVersionId": version, "RemoveFromVersionId": self._version}
        try:
            self._client.update_secret_version_stage(SecretId=self._name, VersionStage="AWSCURRENT", **move)
        except self._client.exceptions.InvalidParameterException as error:
            raise _overtaken() from error

    def _at(self, stage: str) -> Any:
        try:
            return self._client.get_secret_value(SecretId=self._name, VersionStage=stage)
        except self._client.exceptions.ResourceNotFoundException:
            return None

    def _exists(self) -> bool:
        try:
            self._client.describe_secret(SecretId=self._name)
        except self._client.exceptions.ResourceNotFoundException:
            return False
        return True


def _parse(version: Any) -> SigningKey:
    return SigningKey.parse(version["SecretString"])


def _overtaken() -> SigningKeyStoreError:
    return SigningKeyStoreError("Somebody else rotated the keys at the same moment. Nothing was changed.")
