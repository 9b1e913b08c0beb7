"""The key as a model field, and its validator."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any, cast

from django.core.exceptions import ValidationError
from django.core.files.storage import Storage
from django.db import models
from django.db.models.fields.files import FieldFile

from assets.storage import originals
from edge.contract.errors import BadRequest
from edge.contract.keys import parse_key
from edge.contract.policy import load_policy

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


def to_nfc(key: str) -> str:
    """The two ways to write an é name one picture."""
    return unicodedata.normalize("NFC", key)


class KeyField(_CharField):
    """A key in NFC, in rows and in look-ups."""

    default_validators = [validate_key]  # noqa: RUF012  # Django's own spelling

    def to_python(self, value: Any) -> Any:
        value = super().to_python(value)
        return value if value is None else to_nfc(value)

    def get_prep_value(self, value: Any) -> Any:
        return self.to_python(super().get_prep_value(value))


def is_pending(file: FieldFile) -> bool:
    """Whether ``file`` has yet to be written."""
    return not file._committed  # type: ignore[attr-defined]  # Django keeps it to itself


class OriginalField(models.FileField):
    """A file in ``STORAGES["originals"]``. Saving the field alone writes nothing: its `Asset` writes it after the row.

    The storage is looked up when it is first used, so that a mistake in ``STORAGES`` is a system check's message and
    not a traceback while the models load.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.storage = cast("Storage", originals)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("storage", None)
        return name, path, args, kwargs

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:  # noqa: ARG002  # Django's names
        return getattr(model_instance, self.attname)


def validate_side(value: int) -> None:
    """Raises `ValidationError` where a side is longer than any picture is made."""
    most = load_policy().max_side
    if value > most:
        raise ValidationError(f"At most {most} pixels.", code="too_big")
