"""The signing keys at the location that a policy names."""

from __future__ import annotations

from pathlib import Path

import pytest

from edge.contract.signing import KeyRing
from edge.storage.signing_keys.cache import SigningKeyCache
from edge.storage.signing_keys.key_file import write_key_file
from edge.storage.signing_keys.shared import open_signing_keys, shared_signing_keys
from tests.edge.clock import Clock
from tests.edge.storage.signing_keys.keys import NEW, OLD


def test_keys_are_cached_as_long_as_their_location_says_and_sign_after_twice_that(tmp_path: Path, clock: Clock) -> None:
    write_key_file(tmp_path / "keys.json", KeyRing(OLD))
    keys = open_signing_keys((tmp_path / "keys.json").as_uri() + "?keep=3", clock=clock)
    assert keys.ring().signer(0) == OLD
    write_key_file(tmp_path / "keys.json", KeyRing(NEW, OLD))
    clock.now += 2
    assert keys.ring().current == OLD
    clock.now += 1
    ring = keys.ring()
    assert ring.current == NEW
    assert (ring.signer(NEW.created + 5), ring.signer(NEW.created + 6)) == (OLD, NEW)


def test_opening_a_secret_needs_no_endpoint_and_makes_no_call() -> None:
    assert isinstance(open_signing_keys("secretsmanager:imagehub/signing?region=us-east-1"), SigningKeyCache)
    arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:imagehub-AbCdEf"
    assert isinstance(open_signing_keys(f"secretsmanager:{arn}?region=us-east-1"), SigningKeyCache)


@pytest.mark.parametrize(
    "location",
    ["", "keys.json", "file://host/keys.json", "file:///keys.json?x=1", "secretsmanager:name", "vault:name"]
    + ["file:///keys.json?region=us-east-1", "file:///keys.json?keep=0", "file:///keys.json?keep=", "file:?keep=5m"]
    + ["secretsmanager:?region=us-east-1", "secretsmanager:name?region=us-east-1&x=1", "secretsmanager:name?region="],
)
def test_an_invalid_location_is_rejected_with_the_valid_forms(location: str) -> None:
    with pytest.raises(ValueError, match="secretsmanager:<name>"):
        open_signing_keys(location)


def test_one_location_is_opened_once_in_a_process(tmp_path: Path) -> None:
    location = (tmp_path / "keys.json").as_uri()
    assert shared_signing_keys(location) is shared_signing_keys(location)
