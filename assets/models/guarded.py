"""Querysets of models whose `save` does more than write a row: they refuse what would bypass it."""

from __future__ import annotations

from typing import Any, NoReturn, Self, TypeVar

from django.db import models

_M = TypeVar("_M", bound=models.Model)


class BypassesSave(TypeError):
    """A queryset's method that would leave storage, the edge or a CDN with what was there before."""


class GuardedQuerySet(models.QuerySet[_M]):
    """Rows of a model that names in ``only_by_save`` the fields that `update` and `bulk_update` must not change."""

    def only(self, *fields: str) -> Self:
        """Those fields, and what a template tag reads, which would otherwise be a query for each row."""
        return super().only(*fields, *self.model.read_by_tags)  # type: ignore[attr-defined]

    def defer(self, *fields: Any) -> Self:
        """None, in place of the fields, defers none."""
        return super().defer(*(name for name in fields if name not in self.model.read_by_tags))  # type: ignore[attr-defined]

    def update(self, **values: Any) -> int:
        named = sorted(self.model.only_by_save.intersection(values))  # type: ignore[attr-defined]  # see above
        if named:
            self._refuse("update", f"change {', '.join(named)}")
        return super().update(**values)

    update.alters_data = True  # type: ignore[attr-defined]  # for templates, as Django marks its own

    def bulk_create(self, *_args: Any, **_options: Any) -> NoReturn:
        self._refuse("bulk_create", "create rows")

    bulk_create.alters_data = True  # type: ignore[attr-defined]

    def _refuse(self, method: str, what: str) -> NoReturn:
        name = self.model.__name__
        raise BypassesSave(
            f"{name}.objects.{method}() would {what} without {self.model.save_does}. "  # type: ignore[attr-defined]
            f"Call save() on each {name} instead."
        )
