"""The secret of that product's signatures: one field of a JSON object, in Secrets Manager or in a file."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from edge.sih.errors import SihError
from edge.storage.aws.sigv4 import Credentials, from_environment
from edge.storage.signing_keys.location import SigningKeyFile, SigningKeyLocation, parse_location

log = logging.getLogger("imagehub.sih")

_MIN_BYTES = 16
#: Seconds until a secret that cannot be read is looked for again.
_RETRY_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class SecretLocation:
    """``field`` is the name that holds the key in the JSON object at ``where``."""

    where: SigningKeyLocation
    field: str

    @classmethod
    def parse(cls, text: str) -> SecretLocation:
        """``secretsmanager:<name>?region=…&field=…`` or ``file:///path.json?field=…``. Raises `ValueError`."""
        parts = urlsplit(text)
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        field = query.pop("field", "")
        if not field:
            raise ValueError("it must name the field of the secret, such as secretsmanager:<name>?region=…&field=key")
        return cls(parse_location(urlunsplit(parts._replace(query=urlencode(query)))), field)

    def read(self, credentials: Callable[[], Credentials]) -> bytes:
        """The key. Raises `OSError` or `ValueError`."""
        value = json.loads(self._text(credentials))
        key = value.get(self.field) if isinstance(value, dict) else None
        if not isinstance(key, str) or len(key.encode()) < _MIN_BYTES:
            raise ValueError(f"the secret has no {self.field} of at least {_MIN_BYTES} bytes")
        return key.encode()

    def _text(self, credentials: Callable[[], Credentials]) -> str:
        if isinstance(self.where, SigningKeyFile):
            return self.where.path.read_text()
        from edge.storage.aws.secrets_manager import read_secret  # an HTTP client, which a file does not need

        return read_secret(self.where.name, self.where.region, self.where.endpoint, credentials)


class SecretCache:
    """The key at a location, read again when it is old. While it cannot be read, the last one counts."""

    def __init__(
        self,
        location: SecretLocation,
        credentials: Callable[[], Credentials] = from_environment,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._location, self._credentials, self._clock = location, credentials, clock
        self._key: bytes | None = None
        self._due = float("-inf")

    def current(self) -> bytes:
        """The key. Raises `SihError` if it has never been read."""
        if self._clock() >= self._due:
            self._read()
        if self._key is None:
            raise SihError(500, "SignatureValidationFailure", "Signature validation failed.")
        return self._key

    def _read(self) -> None:
        try:
            self._key = self._location.read(self._credentials)
        except (OSError, ValueError) as error:
            log.error("the secret cannot be read: %s: %s", type(error).__name__, error)
            self._due = self._clock() + _RETRY_SECONDS
        else:
            self._due = self._clock() + self._location.where.keep
