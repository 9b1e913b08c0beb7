"""The database wrapper. ``DATABASES`` has the secret's location as ``"SECRET"``.

The secret is JSON with ``username`` and ``password``, as RDS writes it:
https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html
"""

from __future__ import annotations

import json
from functools import cache
from threading import Lock
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db.backends.postgresql import base

from imagehub.aws_secrets import SecretLocation


class RotatingCredentials:
    """User and password as they were last read. Connections of several threads share them."""

    def __init__(self, location: str) -> None:
        self._location = SecretLocation.parse(location)
        self._lock = Lock()
        self._known: dict[str, str] | None = None

    def get(self) -> dict[str, str]:
        """Raises `ImproperlyConfigured`."""
        with self._lock:
            if self._known is None:
                self._known = self._read()
            return self._known

    def get_newer(self, used: dict[str, str]) -> dict[str, str] | None:
        """Those that are in the secret now; None if these are the ``used`` ones."""
        with self._lock:
            if self._known in (None, used):
                self._known = self._read()
            return None if self._known == used else self._known

    def _read(self) -> dict[str, str]:
        text = self._location.read() or ""
        try:
            value = json.loads(text)
            return {"user": str(value["username"]), "password": str(value["password"])}
        except (ValueError, KeyError, TypeError):
            raise ImproperlyConfigured(
                f"The secret {self._location.name} is not JSON with username and password."
            ) from None


@cache
def shared_credentials(location: str) -> RotatingCredentials:
    """Those of this process."""
    return RotatingCredentials(location)


class DatabaseWrapper(base.DatabaseWrapper):
    """Connects with the secret's user and password, and reads the secret again if the server refuses them."""

    def get_connection_params(self) -> dict[str, Any]:
        return {**super().get_connection_params(), **self._credentials.get()}

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        try:
            return super().get_new_connection(conn_params)
        except self.Database.OperationalError:
            used = {name: conn_params[name] for name in ("user", "password")}
            newer = self._credentials.get_newer(used)
            if newer is None:
                raise
            return super().get_new_connection({**conn_params, **newer})

    @property
    def _credentials(self) -> RotatingCredentials:
        return shared_credentials(self.settings_dict["SECRET"])
