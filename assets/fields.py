"""Model fields of our own, and validators."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar, cast

from django.core.exceptions import ValidationError
from django.core.files.storage import Storage
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.fields.files import FieldFile

from assets.examination import convert_if_heic, examine
from assets.storage import originals
from edge.contract.errors import BadRequest
from edge.contract.keys import parse_key
from edge.contract.policy import load_policy

#: Of MySQL and MariaDB. It takes every character, and no two for one.
EXACT_COLLATION = "utf8mb4_bin"

if TYPE_CHECKING:
    _CharField = models.CharField[str, str]
else:
    _CharField = models.CharField


def validate_key(value: str) -> None:
    """Raises `ValidationError` with the rule that ``value`` breaks, if it is not a valid key."""
    try:
        parse_key(value)
    except BadRequest as error:
        raise ValidationError(error.message, code=error.code) from error


def to_nfc(key: str) -> str:
    """``key`` in Unicode's composed form: é typed as one character or as two names the same image."""
    return unicodedata.normalize("NFC", key)


class ExactCharField(_CharField):
    """A text that the database compares as bytes, as S3 and the edge do.

    The default collations of MySQL and MariaDB take ``Holiday.jpg`` and ``holiday.jpg`` for one key, and ``É`` for
    ``e``. The attribute ``db_collation`` would name the collation to every database, and no other one has it.
    """

    def db_parameters(self, connection: BaseDatabaseWrapper) -> Any:
        parameters = super().db_parameters(connection)
        return {**parameters, "collation": EXACT_COLLATION} if connection.vendor == "mysql" else parameters


class KeyField(ExactCharField):
    """An asset's key, in NFC both in the database and in lookups."""

    default_validators = [validate_key]  # noqa: RUF012  # Django declares it so

    def to_python(self, value: Any) -> Any:
        value = super().to_python(value)
        return value if value is None else to_nfc(value)

    def get_prep_value(self, value: Any) -> Any:
        return self.to_python(super().get_prep_value(value))


def is_pending(file: FieldFile) -> bool:
    """Whether ``file`` has not been written to its storage yet."""
    return not file._committed  # type: ignore[attr-defined]  # Django has no public name for it


class OriginalFile(FieldFile):
    """An asset's original. It is private, so its URL is that of a variant: what ``{% img_url asset %}`` renders."""

    #: The URL of an asset, from the module that spells URLs; the app sets it once the models are loaded.
    link: ClassVar[Callable[[Any], str]]

    @property
    def url(self) -> str:
        """The full image's; empty before the first save."""
        return type(self).link(self.instance)

    def delete(self, save: bool = True) -> None:
        """Does nothing, since the purge of a deleted asset deletes its original. So django-cleanup may call this.

        Raises `TypeError` with ``save``: there is no image without a file.
        """
        if save:
            raise TypeError(f"An image needs its file. Delete the Asset {self.instance.pk} instead, with its original.")


def validate_original(value: Any) -> None:
    """For a serializer, which validates by fields alone. A form's file is examined by `Asset.clean`."""
    if not isinstance(value, FieldFile):
        examine(convert_if_heic(value, ""))


class OriginalField(models.FileField):
    """A file in ``STORAGES["originals"]``. Saving the field writes no file; `Asset` writes it after the row.

    The storage is looked up when it is first used, so that a mistake in ``STORAGES`` is a system check's message and
    not a traceback while the models load.
    """

    attr_class = OriginalFile
    default_validators = [validate_original]  # noqa: RUF012  # Django declares it so

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.storage = cast("Storage", originals)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("storage", None)  # a setting, so no part of the table's history
        return name, path, args, kwargs

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:  # noqa: ARG002  # Django's names
        return getattr(model_instance, self.attname)


def validate_side(value: int) -> None:
    """Raises `ValidationError` if ``value`` is longer, in pixels, than the policy's longest side."""
    limit = load_policy().max_side
    if value > limit:
        raise ValidationError(f"{value} is too large. Use at most {limit} pixels.", code="too_big")
