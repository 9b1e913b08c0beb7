"""Settings that AWS Secrets Manager holds: a location in place of the value.

``secretsmanager:<name or ARN>?region=eu-west-1#FIELD`` is a field of a secret in JSON; without ``#FIELD`` the whole
secret. ``&endpoint=http://…`` is for tests.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from django.core.exceptions import ImproperlyConfigured

CURRENT, PREVIOUS = "AWSCURRENT", "AWSPREVIOUS"
_REGION = re.compile(r"[a-z0-9-]+")
_FORM = "Write secretsmanager:<name or ARN>?region=eu-west-1#FIELD."


@dataclass(frozen=True, slots=True)
class SecretLocation:
    """A secret, or a ``field`` of it."""

    name: str
    region: str
    endpoint: str | None
    field: str

    @classmethod
    def parse(cls, text: str) -> SecretLocation:
        """Raises `ImproperlyConfigured`."""
        parts = urlsplit(text)
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        region, endpoint = query.pop("region", ""), query.pop("endpoint", None)
        if parts.scheme != "secretsmanager" or not parts.path or not _REGION.fullmatch(region) or query:
            raise ImproperlyConfigured(f"{text!r} is not the location of a secret. {_FORM}")
        return cls(parts.path, region, endpoint, parts.fragment)

    def read(self, stage: str = CURRENT) -> str | None:
        """The value at ``stage``; None if there is no such version. Raises `ImproperlyConfigured`."""
        text = self._fetch(stage)
        if text is None or not self.field:
            return text
        try:
            return str(json.loads(text)[self.field])
        except (ValueError, KeyError, TypeError):
            raise ImproperlyConfigured(f"The secret {self.name} is not JSON with a field {self.field}.") from None

    def _fetch(self, stage: str) -> str | None:
        # A process without secrets should not spend the 0.2 s that these take.
        from botocore.config import Config
        from botocore.exceptions import BotoCoreError, ClientError

        from assets import aws
        from edge.storage.errors import StorageUnavailable

        timeouts = Config(connect_timeout=3, read_timeout=5, retries={"total_max_attempts": 3, "mode": "standard"})
        try:
            client = aws.client("secretsmanager", region=self.region, endpoint=self.endpoint, config=timeouts)
            answer: dict[str, Any] = client.get_secret_value(SecretId=self.name, VersionStage=stage)
        except ClientError as error:
            if error.response["Error"]["Code"] == "ResourceNotFoundException" and stage != CURRENT:
                return None
            raise self._unreadable(error) from error
        except (BotoCoreError, StorageUnavailable) as error:
            raise self._unreadable(error) from error
        return str(answer["SecretString"])

    def _unreadable(self, error: Exception) -> ImproperlyConfigured:
        return ImproperlyConfigured(
            f"The secret {self.name} in {self.region} cannot be read: {error} It must exist, and these credentials "
            "need secretsmanager:GetSecretValue for it."
        )


def read_setting(value: str) -> str:
    """``value``, or what the secret at that location says. Raises `ImproperlyConfigured`."""
    if not value.startswith("secretsmanager:"):
        return value
    return SecretLocation.parse(value).read() or ""


def read_previous(value: str) -> list[str]:
    """What the secret at the location ``value`` said before its last rotation, if there is such a version."""
    if not value.startswith("secretsmanager:"):
        return []
    previous = SecretLocation.parse(value).read(PREVIOUS)
    return [previous] if previous else []
