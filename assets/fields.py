"""The key as a model field, and its validator."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models

from edge.errors import BadRequest
from edge.keys import parse_key

if TYPE_CHECKING:
    _CharField = models.CharField[str, str]
else:
    _CharField = models.CharField


def validate_key(value: str) -> None:
    """Raises `ValidationError` with the rule that a key breaks."""
    try:
        parse_key(value)
    except BadRequest as error:
        raise ValidationError(error.message, code=error.code) from error


class KeyField(_CharField):
    """A key in NFC, in rows and in look-ups: the two ways to write an é name one picture."""

    default_validators: ClassVar[list[Any]] = [validate_key]

    def to_python(self, value: Any) -> Any:
        value = super().to_python(value)
        return value if value is None else unicodedata.normalize("NFC", value)

    def get_prep_value(self, value: Any) -> Any:
        return self.to_python(super().get_prep_value(value))
