"""Checks of this project's own settings."""

from __future__ import annotations

import stat
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


@register
def check_data_directory(**_: Any) -> list[CheckMessage]:
    """A directory that existed before keeps its permissions: other programs may rely on them."""
    mode = stat.S_IMODE(settings.DATA_DIR.stat().st_mode)
    if not mode & (stat.S_IRWXG | stat.S_IRWXO):
        return []
    text = f"Other users of this machine can enter {settings.DATA_DIR}, which has the database, originals and keys."
    hint = f"Its mode is {mode:04o}. Run: chmod -R go= {settings.DATA_DIR}"
    return [Warning(text, hint=hint, id="demo.W002")]
