"""Signing keys in Secrets Manager: of several processes that write at once, one succeeds."""

from __future__ import annotations

from typing import Any

import pytest

from assets import aws
from assets.errors import SigningKeyStoreError
from assets.signing_key_rotation import rotate
from assets.signing_key_stores import open_key_store
from edge.contract.signing import KeyRing, SigningKey
from edge.storage.signing_keys.location import parse_location
from tests.assets.conftest import read_ring
from tests.secrets_manager import SigningSecret

START = 1_000_000


@pytest.fixture(autouse=True)
def _credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKID")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")


@pytest.mark.parametrize("call", ["PutSecretValue", "UpdateSecretVersionStage"])
def test_of_two_rotations_of_a_secret_at_once_the_slower_one_fails(
    signing_secret: SigningSecret, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    """The other one finishes just before our ``call``."""
    location = parse_location(signing_secret.location)
    first = rotate(location, START).after
    others: list[KeyRing] = []

    def interfere(**_: Any) -> None:
        if not others:
            others.append(first)  # so that the other one is not interfered with
            others[0] = rotate(location, START).after

    make = aws.client

    def client(*args: Any, **options: Any) -> Any:
        client = make(*args, **options)
        client.meta.events.register(f"before-call.secrets-manager.{call}", interfere)
        return client

    monkeypatch.setattr(aws, "client", client)
    with pytest.raises(SigningKeyStoreError, match="Somebody else"):
        rotate(location, START)
    assert others[0].previous == first.current
    assert signing_secret.ring() == others[0]


def test_of_two_first_keys_at_once_one_is_stored(
    signing_secret: SigningSecret,
) -> None:
    """A CloudFormation template creates the secret without a value."""
    signing_secret.client.create_secret(Name=signing_secret.name)
    location = parse_location(signing_secret.location)
    with open_key_store(location) as slow:
        assert slow.read() is None
        first = rotate(location, START).after
        with pytest.raises(SigningKeyStoreError, match="Somebody else"):
            slow.write(KeyRing(SigningKey.generate(START)))
    assert read_ring(signing_secret.location) == first
