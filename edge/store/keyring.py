"""Where the signing keys are kept: a file, or AWS Secrets Manager. Read seldom, and used while the source is away."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from edge.signing import KEEP_SECONDS, Key, KeyRing, no_keys
from edge.store.sigv4 import Credentials, from_environment
from edge.store.whole import write_whole

#: How long an unknown key id, or a source that fails, must wait for the next look.
LOOK_AGAIN_SECONDS = 10
#: The same while there is no key at all, and so no picture that needs one.
_LOOK_SOON_SECONDS = 1
_REGION = re.compile(r"[a-z0-9-]+")
_FORMS = "file:///path.json or secretsmanager:<name>?region=us-east-1"


class KeySource:
    """The key ring as ``read`` gives it, kept for `KEEP_SECONDS`; safe to share between threads."""

    def __init__(self, read: Callable[[], KeyRing], clock: Callable[[], float] = time.monotonic) -> None:
        self._read, self._clock = read, clock
        self._lock = threading.Lock()
        self._ring: KeyRing | None = None
        self._read_at = self._looked_at = float("-inf")
        self._reason = ""

    def ring(self) -> KeyRing:
        """The keys; `edge.errors.Unavailable` where none could be had yet."""
        if self._ring is None:
            self._look(_LOOK_SOON_SECONDS)
        elif self._clock() - self._read_at >= KEEP_SECONDS and not self._lock.locked():
            self._look(LOOK_AGAIN_SECONDS)
        if self._ring is None:
            raise no_keys(self._reason)
        return self._ring

    def find(self, key_id: str) -> Key | None:
        """The key of that id. One that we do not know may be newer than what we have read: we look again."""
        key = self.ring().find(key_id)
        if key is None:
            self._look(LOOK_AGAIN_SECONDS)
            key = self.ring().find(key_id)
        return key

    def _look(self, apart: float) -> None:
        with self._lock:
            if self._clock() - self._looked_at < apart:
                return
            try:
                self._ring = self._read()
                self._read_at = self._clock()
            except (OSError, ValueError) as error:
                self._reason = f"The signing keys cannot be read just now ({type(error).__name__})."
            finally:
                self._looked_at = self._clock()


def open_keys(
    secret: str,
    credentials: Callable[[], Credentials] = from_environment,
    clock: Callable[[], float] = time.monotonic,
) -> KeySource:
    """The keys at ``file:///path.json`` or ``secretsmanager:<name>?region=…[&endpoint=…]``; `ValueError` for others."""
    parts = urlsplit(secret)
    query = dict(parse_qsl(parts.query))
    region, endpoint = query.pop("region", ""), query.pop("endpoint", None)
    if parts.netloc or parts.fragment or query or not parts.path:
        raise _unknown(secret)
    if parts.scheme == "file" and not parts.query:
        path = Path(unquote(parts.path))
        return KeySource(lambda: read_keys(path), clock)
    if parts.scheme == "secretsmanager" and _REGION.fullmatch(region):
        from edge.store.secrets_manager import reader  # an HTTP client, which a file does not need

        return KeySource(reader(parts.path, region, endpoint, credentials), clock)
    raise _unknown(secret)


@cache
def shared_keys(secret: str) -> KeySource:
    """`open_keys`, once for the whole process: what is kept must be kept in one place."""
    return open_keys(secret)


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


def _unknown(secret: str) -> ValueError:
    return ValueError(f"not a place of signing keys: {secret!r}; write {_FORMS}")
