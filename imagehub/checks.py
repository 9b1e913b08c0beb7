"""A check of this project's own settings."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Warning, register
from django.db import connection


@register
def check_secret_key(**_: Any) -> list[CheckMessage]:
    """A generated key is this machine's own, so sessions of another machine would be invalid here."""
    if connection.vendor == "sqlite" or not settings.SECRET_KEY_IS_GENERATED:
        return []
    text = f"SECRET_KEY was generated for {settings.DATA_DIR}, but the database may serve several machines."
    return [Warning(text, hint="Set SECRET_KEY in the environment, the same on each machine.", id="demo.W001")]
