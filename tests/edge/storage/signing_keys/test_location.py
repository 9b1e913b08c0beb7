"""Locations of signing keys."""

from __future__ import annotations

from pathlib import Path

import pytest

from edge.contract.signing import KEEP_SECONDS
from edge.storage.signing_keys.location import SigningKeyFile, SigningKeySecret, parse_location


@pytest.mark.parametrize("location", ["file:///keys.json", "secretsmanager:name?region=us-east-1"])
def test_a_location_sets_how_long_its_keys_are_cached(location: str) -> None:
    assert parse_location(location).keep == KEEP_SECONDS
    assert parse_location(location + ("&" if "?" in location else "?") + "keep=3600").keep == 3600


def test_a_file_and_a_secret_are_parsed() -> None:
    assert parse_location("file:///etc/keys%20%231.json") == SigningKeyFile(Path("/etc/keys #1.json"), KEEP_SECONDS)
    name = "arn:aws:secretsmanager:us-east-1:123456789012:secret:imagehub-AbCdEf"
    secret = SigningKeySecret(name, "us-east-1", "http://127.0.0.1:1", 60)
    assert parse_location(f"secretsmanager:{name}?region=us-east-1&endpoint=http://127.0.0.1:1&keep=60") == secret
