"""Reading rows where a stale answer would do harm: from the database that is written to, or under a lock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from django.db import models, router

_COMPARE = "_imagehub_compare"
_M = TypeVar("_M", bound=models.Model)


def primary(model: type[_M], using: str | None = None) -> models.QuerySet[_M]:
    """The rows of ``model`` in the database that it is written to. A read replica may lag behind a commit."""
    return model._default_manager.using(using or router.db_for_write(model))


def locked(instance: _M, using: str) -> _M | None:
    """The row of ``instance`` as the database has it, locked until the transaction ends. None if it is not saved.

    Within `comparing`, ``instance`` is compared with it.
    """
    if instance.pk is None:
        return None
    row = type(instance)._base_manager.using(using).select_for_update().filter(pk=instance.pk).first()
    if compare := instance.__dict__.get(_COMPARE):
        compare(row)
    return row


@contextmanager
def comparing(instance: models.Model, compare: Callable[[Any], None]) -> Iterator[None]:
    """Call ``compare`` with the row of ``instance`` once a save has locked it, and before anything is written.

    It may change ``instance``, or raise an exception, with which the save fails. The row is None if it was deleted.
    """
    instance.__dict__[_COMPARE] = compare
    try:
        yield
    finally:
        del instance.__dict__[_COMPARE]


def has_value(rows: models.QuerySet[Any], field: str, value: str) -> bool:
    """Whether a row has exactly ``value``. A database's collation may find others, as if a letter's case meant nothing.

    Storage and CloudFront compare keys as bytes. So does `ExactCharField`, once its migration has run.
    """
    return value in rows.filter(**{field: value}).values_list(field, flat=True)


def stored_value(instance: models.Model, field: str) -> Any:
    """What the row of a saved ``instance`` has in ``field``. None if it is not saved."""
    if instance.pk is None:
        return None
    return primary(type(instance)).filter(pk=instance.pk).values_list(field, flat=True).first()
