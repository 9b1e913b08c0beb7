"""Signing keys where they can be written: a file, or a secret of Secrets Manager. One who writes at a time."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from edge.contract.signing import KeyRing, SigningKey
from edge.storage.signing_keys.key_file import read_key_file, write_key_file
from edge.storage.signing_keys.location import SigningKeyFile, SigningKeyLocation, SigningKeySecret

#: A key must be visible long before it signs, so a call may not be tried for minutes.
_CALLS = Config(connect_timeout=5, read_timeout=10, retries={"total_max_attempts": 3, "mode": "standard"})


class SigningKeyStoreError(Exception):
    """The keys cannot be read or written; the message says why."""


class WritableKeyStore(Protocol):
    """Keys that nobody else changes between `read` and `write`, or else `write` raises `SigningKeyStoreError`."""

    def read(self) -> KeyRing | None:
        """The ring, or `None` where there is no key yet."""

    def write(self, ring: KeyRing) -> None:
        """Put the current key of ``ring`` in front of what `read` gave."""


@contextmanager
def open_key_store(place: SigningKeyLocation) -> Iterator[WritableKeyStore]:
    """The keys at ``place``. Raises `SigningKeyStoreError`, also for what goes wrong inside."""
    try:
        if isinstance(place, SigningKeyFile):
            with _locked(place.path.parent):
                yield _File(place.path)
        else:
            yield _Stages(place)
    except (OSError, ValueError, ClientError, BotoCoreError) as error:
        raise SigningKeyStoreError(str(error)) from error


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """The folder's own lock, since the file is replaced by another. The system lets go of it whatever happens."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


class _File:
    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> KeyRing | None:
        return read_key_file(self._path) if self._path.exists() else None

    def write(self, ring: KeyRing) -> None:
        if self._path.exists() and (owner := self._path.stat().st_uid) != os.geteuid():
            raise SigningKeyStoreError(f"{self._path} belongs to user {owner}, who could not read what we write.")
        write_key_file(self._path, ring)


class _Stages:
    """https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html#term_version"""

    def __init__(self, place: SigningKeySecret) -> None:
        self._name = place.name
        self._client: Any = boto3.client(
            "secretsmanager", region_name=place.region, endpoint_url=place.endpoint, config=_CALLS
        )
        self._version = ""

    def read(self) -> KeyRing | None:
        current = self._at("AWSCURRENT")
        if current is None:
            return None
        self._version = current["VersionId"]
        previous = self._at("AWSPREVIOUS")
        return KeyRing(
            SigningKey.parse(current["SecretString"]), SigningKey.parse(previous["SecretString"]) if previous else None
        )

    def write(self, ring: KeyRing) -> None:
        if self._version:
            self._move(self._put(ring.current)["VersionId"])
        elif not self._exists():
            self._client.create_secret(Name=self._name, SecretString=ring.current.as_json())
        # A first version becomes AWSCURRENT by itself; a second one, of somebody who was here meanwhile, does not.
        elif "AWSCURRENT" not in self._put(ring.current)["VersionStages"]:
            raise _overtaken()

    def _put(self, key: SigningKey) -> Any:
        stages = ["AWSPENDING"]
        return self._client.put_secret_value(SecretId=self._name, SecretString=key.as_json(), VersionStages=stages)

    def _move(self, version: str) -> None:
        """AWSCURRENT from the version that we have read, which then is AWSPREVIOUS. Fails where it is elsewhere.

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


def _overtaken() -> SigningKeyStoreError:
    return SigningKeyStoreError("Somebody else has rotated the keys at this moment; nothing is changed.")
