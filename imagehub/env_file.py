"""Environment variables from a file, such as `python -m infra.deploy` writes one."""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

#: What django-environ reads. It skips any other line, but says so in a log that is not configured yet.
_LINE = re.compile(r"(?:export )?[A-Za-z_0-9]+=.*|#.*|")


def load_env_file(path: str) -> None:
    """Set the variables of the file at ``path`` that are not set yet. An empty path is no file.

    Raises `ImproperlyConfigured` if the file cannot be read, or if a line is not ``NAME=value``.
    """
    if not path:
        return
    try:
        # utf-8-sig, since Windows' editors begin a file with a mark that would be part of the first name.
        text = Path(path).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeError) as error:
        raise ImproperlyConfigured(
            f"IMAGEHUB_ENV_FILE names {path}, which cannot be read: {error}. Correct the path or its permissions."
        ) from error
    for number, line in enumerate(text.splitlines(), start=1):
        if not _LINE.fullmatch(line):
            # Not the line itself, which may have a password.
            raise ImproperlyConfigured(f"Line {number} of {path} is not NAME=value, a comment or empty.")
    environ.Env.read_env(StringIO(text), overwrite=False)
