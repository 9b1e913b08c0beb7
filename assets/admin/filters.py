"""Filters of the lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property

from assets.models import Asset, Collection, Review, Tag
from edge.contract.formats import label_of
from edge.contract.original import Verdict

_MOST_LISTED = 30
_NONE = "none"
_NO_ALT = Q(alt_text="", decorative=False)

if TYPE_CHECKING:
    _Field = admin.FieldListFilter
else:
    _Field = object


class AlternativeText(admin.SimpleListFilter):
    """Images by their alternative text."""

    title = "alternative text"
    parameter_name = "alt"

    def lookups(self, *_: Any) -> list[tuple[str, str]]:
        return [("missing", "Missing"), ("present", "Present"), ("decorative", "Decorative")]

    def queryset(self, _request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        chosen = {
            "missing": _NO_ALT,
            "present": Q(decorative=False) & ~Q(alt_text=""),
            "decorative": Q(decorative=True),
        }
        return queryset.filter(chosen[self.value() or ""]) if self.value() in chosen else queryset


class Format(admin.SimpleListFilter):
    """Images by the format of their original. Only formats in use are listed."""

    title = parameter_name = "format"

    def lookups(self, *_: Any) -> list[tuple[str, str]]:
        in_use = Asset.objects.order_by("format").values_list("format", flat=True).distinct()
        return [(name, label_of(name)) for name in in_use]

    def queryset(self, _request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        known = [name for name, _ in self.lookup_choices]
        return queryset.filter(format=self.value()) if self.value() in known else queryset


class _Named(admin.SimpleListFilter):
    """Images by a row with a name, or without one. Of very many rows only some are listed, and the chosen one."""

    model: type[Collection | Tag]
    relation = without = ""

    def lookups(self, *_: Any) -> list[tuple[str, str]]:
        rows = [(str(pk), name) for pk, name in self.model.objects.values_list("pk", "name")[:_MOST_LISTED]]
        if self._chosen and (str(self._chosen.pk), self._chosen.name) not in rows:
            rows.append((str(self._chosen.pk), self._chosen.name))
        return [*rows, (_NONE, self.without)] if rows else []

    def queryset(self, _request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == _NONE:
            return queryset.filter(**{self.relation: None})
        return queryset.filter(**{self.relation: self._chosen}) if self._chosen else queryset

    @cached_property
    def _chosen(self) -> Any:
        found = str(self.value() or "")
        known = found.isascii() and found.isdigit() and len(found) < 19
        return self.model.objects.filter(pk=int(found)).first() if known else None


class InCollection(_Named):
    title = parameter_name = relation = "collection"
    model, without = Collection, "No collection"


class Tagged(_Named):
    title = parameter_name = "tag"
    model, relation, without = Tag, "tags", "No tag"


class Visibility(admin.SimpleListFilter):
    """Images that wait for a review, or that visitors do not see as they are. Absent while nothing was reviewed."""

    title = "visitors"
    parameter_name = "visitors"

    def lookups(self, *_: Any) -> list[tuple[str, str]]:
        if not Review.objects.exists():
            return []
        return [("waiting", "Wait for a review"), ("blurred", "See it blurred"), ("withheld", "Do not see it")]

    def queryset(self, _request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        waiting = Review.objects.filter(state=Review.State.OPEN).order_by().values("asset_id")
        chosen = {
            "waiting": Q(pk__in=waiting),
            "blurred": Q(verdict=Verdict.BLURRED),
            "withheld": Q(verdict=Verdict.WITHHELD),
        }
        return queryset.filter(chosen[self.value() or ""]) if self.value() in chosen else queryset


class Archived(admin.SimpleListFilter):
    """Active or archived presets."""

    title = "state"
    parameter_name = "archived"

    def lookups(self, *_: Any) -> list[tuple[str, str]]:
        return [("no", "Active"), ("yes", "Archived")]

    def queryset(self, _request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(archived=self.value() == "yes") if self.value() in ("no", "yes") else queryset


class _Titled(_Field):
    """A field's filter with a title other than the field's name."""

    label = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.title = self.label or self.title


class Uploaded(_Titled, admin.DateFieldListFilter):
    label = "upload date"


class Requested(_Titled, admin.DateFieldListFilter):
    label = "request date"
