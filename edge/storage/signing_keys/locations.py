"""Where the signing keys are kept: a file, or AWS Secrets Manager."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from edge.contract.signing import KEEP_SECONDS, Key, KeyRing
from edge.storage.atomic_write import write_whole
from edge.storage.aws.sigv4 import Credentials, from_environment
from edge.storage.signing_keys.key_source import KeySource

_REGION = re.compile(r"[a-z0-9-]+")
_KEEP = re.compile(r"[1-9][0-9]{0,4}")
_FORMS = "file:///path.json or secretsmanager:<name>?region=us-east-1, each with keep=<seconds> if need be"


@dataclass(frozen=True, slots=True)
class KeyFile:
    """A ring in a file. Edges keep what they have read of it for ``keep`` seconds."""

    path: Path
    keep: int


@dataclass(frozen=True, slots=True)
class Secret:
    """A ring in Secrets Manager: the secret's versions at AWSCURRENT and AWSPREVIOUS. ``keep`` as in `KeyFile`."""

    name: str
    region: str
    endpoint: str | None
    keep: int


def parse_place(secret: str) -> KeyFile | Secret:
    """``file:///path.json`` or ``secretsmanager:<name>?region=…[&endpoint=…]``; `ValueError` for others."""
    parts = urlsplit(secret)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    keep, region, endpoint = (
        query.pop("keep", str(KEEP_SECONDS)),
        query.pop("region", None),
        query.pop("endpoint", None),
    )
    if not (parts.netloc or parts.fragment or query) and parts.path and _KEEP.fullmatch(keep):
        if parts.scheme == "file" and region is None and endpoint is None:
            return KeyFile(Path(unquote(parts.path)), int(keep))
        if parts.scheme == "secretsmanager" and region and _REGION.fullmatch(region):
            return Secret(parts.path, region, endpoint, int(keep))
    raise ValueError(f"not a place of signing keys: {secret!r}; write {_FORMS}")


def open_keys(
    secret: str,
    credentials: Callable[[], Credentials] = from_environment,
    clock: Callable[[], float] = time.monotonic,
) -> KeySource:
    """The keys at a place as `parse_place` takes it; no call and no look before the first key is asked for."""
    place = parse_place(secret)
    read = _reader(place, credentials)
    return KeySource(lambda: replace(read(), keep=place.keep), clock, place.keep)


def _reader(place: KeyFile | Secret, credentials: Callable[[], Credentials]) -> Callable[[], KeyRing]:
    if isinstance(place, KeyFile):
        path = place.path
        return lambda: read_keys(path)
    from edge.storage.aws.secrets_manager import reader  # an HTTP client, which a file does not need

    return reader(place.name, place.region, place.endpoint, credentials)


@cache
def shared_keys(secret: str, credentials: Callable[[], Credentials] = from_environment) -> KeySource:
    """`open_keys`, once for the whole process: what is kept must be kept in one place."""
    return open_keys(secret, credentials)


def read_keys(path: Path) -> KeyRing:
    """The key ring in a file of `write_keys`; `OSError`, or `ValueError` where it holds none."""
    value = json.loads(path.read_bytes())
    if not isinstance(value, dict) or "current" not in value:
        raise ValueError("not a key ring: it has no current key")
    previous = value.get("previous")
    current = Key.parse(json.dumps(value["current"]))
    return KeyRing(current, Key.parse(json.dumps(previous)) if previous is not None else None)


def write_keys(path: Path, ring: KeyRing) -> None:
    """Replace the file at once, readable by its owner alone."""
    previous = json.loads(ring.previous.as_json()) if ring.previous else None
    content = json.dumps({"current": json.loads(ring.current.as_json()), "previous": previous})
    write_whole(path, content.encode(), 0o600)
