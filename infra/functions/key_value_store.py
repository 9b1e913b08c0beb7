"""Writes the signing keys to the KeyValueStore that the CloudFront Function reads.

Its API is signed with SigV4A, which botocore leaves to awscrt:
https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/kvs-with-functions-kvp.html
"""

from __future__ import annotations

import os
from typing import Any

# botocore imports these by itself; the package has what is imported here.
import awscrt.auth
import awscrt.checksums
import awscrt.crypto
import awscrt.http  # noqa: F401
import boto3

from edge.contract.signing import KeyRing
from edge.storage.signing_keys.key_file import spell_key_ring

ENTRY = "signing-keys"
_ATTEMPTS = 3


class KeysNotPublished(Exception):
    """The KeyValueStore does not have the keys that were written to it."""


def publish(store: str, ring: KeyRing) -> bool:
    """Make ``ring`` the entry of the KeyValueStore with this ARN. Whether it was another one before.

    Raises `KeysNotPublished`, or botocore's errors.
    """
    # The variable is for tests. On Lambda it is absent, and botocore derives the endpoint from the ARN.
    client = boto3.client("cloudfront-keyvaluestore", endpoint_url=os.environ.get("KEY_VALUE_STORE_ENDPOINT"))
    value = spell_key_ring(ring)
    if _read(client, store) == value:
        return False
    _write(client, store, value)
    if _read(client, store) != value:
        raise KeysNotPublished(f"{store} does not have the key {ring.current.id} that was written to it.")
    return True


def _read(client: Any, store: str) -> str | None:
    try:
        return str(client.get_key(KvsARN=store, Key=ENTRY)["Value"])
    except client.exceptions.ResourceNotFoundException:
        return None


def _write(client: Any, store: str, value: str) -> None:
    """If-Match names the store's version, so a concurrent write makes this one start again."""
    for attempt in range(_ATTEMPTS):
        version = client.describe_key_value_store(KvsARN=store)["ETag"]
        try:
            client.put_key(KvsARN=store, Key=ENTRY, Value=value, IfMatch=version)
            return
        except client.exceptions.ConflictException:
            if attempt == _ATTEMPTS - 1:
                raise
