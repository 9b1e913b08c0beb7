"""Rows and their locks."""

from __future__ import annotations

from typing import TypeVar

from django.db import models

_M = TypeVar("_M", bound=models.Model)


def locked(instance: _M) -> _M | None:
    """The row as it is in the database, locked until the transaction ends; `None` where there is none yet."""
    return type(instance)._base_manager.select_for_update().filter(pk=instance.pk).first() if instance.pk else None
