"""Validators shared by models and forms."""

from __future__ import annotations

from django.core.exceptions import ValidationError

from edge.errors import BadRequest
from edge.keys import parse_key


def validate_key(value: str) -> None:
    """Raises `ValidationError` with the rule that a key breaks."""
    try:
        parse_key(value)
    except BadRequest as error:
        raise ValidationError(error.message, code=error.code) from error
