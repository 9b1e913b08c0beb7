"""Keys are written to the KeyValueStore, by calls that are signed with SigV4A."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from edge.contract.signing import KeyRing, SigningKey
from edge.storage.signing_keys.key_file import parse_key_ring
from infra.functions.key_value_store import ENTRY, KeysNotPublished, publish
from tests.key_value_store import KeyValueStore

FIRST, SECOND = SigningKey("first", bytes(32), 0), SigningKey("second", bytes(range(32)), 5)
RING = KeyRing(SECOND, FIRST)


def test_both_keys_are_one_entry(key_value_store: KeyValueStore) -> None:
    assert publish(key_value_store.arn, RING)
    text = key_value_store.path(ENTRY).read_text()
    assert parse_key_ring(text) == RING
    # https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html#limits-keyvaluestores
    assert len(text) <= 1024
    assert key_value_store.refused == []
    assert key_value_store.calls == ["GetKey", "DescribeKeyValueStore", "PutKey", "GetKey"]


def test_the_same_keys_are_not_written_again(key_value_store: KeyValueStore) -> None:
    publish(key_value_store.arn, RING)
    version = key_value_store.version
    assert not publish(key_value_store.arn, RING)
    assert key_value_store.version == version


def test_a_concurrent_write_makes_it_start_again(key_value_store: KeyValueStore) -> None:
    key_value_store.conflicts = 2
    assert publish(key_value_store.arn, RING)
    assert key_value_store.calls.count("PutKey") == 3


def test_it_does_not_try_for_ever(key_value_store: KeyValueStore) -> None:
    key_value_store.conflicts = 10
    with pytest.raises(ClientError, match="ConflictException"):
        publish(key_value_store.arn, RING)


def test_a_write_that_was_lost_is_an_error(key_value_store: KeyValueStore) -> None:
    key_value_store.loses_writes = True
    with pytest.raises(KeysNotPublished, match="does not have the key second"):
        publish(key_value_store.arn, RING)


def test_other_credentials_are_refused(key_value_store: KeyValueStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """The stand-in verifies signatures: else the other tests would prove nothing."""
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "another secret")
    with pytest.raises(ClientError, match="AccessDeniedException"):
        publish(key_value_store.arn, RING)
    assert "the signature does not match" in key_value_store.refused[0]
