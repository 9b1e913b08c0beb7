"""The signing keys of this process, from the location that the policy names."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from functools import cache

from edge.contract.signing import KeyRing
from edge.storage.aws.sigv4 import Credentials, from_environment
from edge.storage.signing_keys.cache import SigningKeyCache
from edge.storage.signing_keys.key_file import read_key_file
from edge.storage.signing_keys.location import SigningKeyFile, SigningKeyLocation, parse_location


def open_signing_keys(
    location: str,
    credentials: Callable[[], Credentials] = from_environment,
    clock: Callable[[], float] = time.monotonic,
) -> SigningKeyCache:
    """The keys at a location as `parse_location` accepts it. Nothing is read before the first key is needed."""
    parsed = parse_location(location)
    read = _reader(parsed, credentials)
    return SigningKeyCache(lambda: replace(read(), keep=parsed.keep), clock, parsed.keep)


@cache
def shared_signing_keys(location: str, credentials: Callable[[], Credentials] = from_environment) -> SigningKeyCache:
    """`open_signing_keys`, once for the whole process, so that there is one cache."""
    return open_signing_keys(location, credentials)


def _reader(location: SigningKeyLocation, credentials: Callable[[], Credentials]) -> Callable[[], KeyRing]:
    if isinstance(location, SigningKeyFile):
        path = location.path
        return lambda: read_key_file(path)
    from edge.storage.aws.secrets_manager import reader  # an HTTP client, which a file does not need

    return reader(location.name, location.region, location.endpoint, credentials)
