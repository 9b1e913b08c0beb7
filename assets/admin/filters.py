"""What lists can be narrowed by: a row of links above the list, so that the table has the page's whole width."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from assets.models import Asset
from edge.contract.formats import label_of

TEMPLATE = "admin/imagehub/filter.html"
_NO_ALT = Q(alt_text="", decorative=False)

if TYPE_CHECKING:
    _Field = admin.FieldListFilter
else:
    _Field = object


class AlternativeText(admin.SimpleListFilter):
    """Pictures by what screen readers say of them."""

    title = "alternative text"
    parameter_name = "alt"
    template = TEMPLATE

    def lookups(self, *_: Any) -> list[tuple[str, str]]:
        return [("missing", "Missing"), ("there", "There"), ("decorative", "Decorative")]

    def queryset(self, _request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        chosen = {
            "missing": _NO_ALT,
            "there": Q(decorative=False) & ~Q(alt_text=""),
            "decorative": Q(decorative=True),
        }
        return queryset.filter(chosen[self.value() or ""]) if self.value() in chosen else queryset


class Format(admin.SimpleListFilter):
    """Pictures by the format of their original; only formats that there are."""

    title = parameter_name = "format"
    template = TEMPLATE

    def lookups(self, *_: Any) -> list[tuple[str, str]]:
        there = Asset.objects.order_by("format").values_list("format", flat=True).distinct()
        return [(name, label_of(name)) for name in there]

    def queryset(self, _request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(format=self.value()) if self.value() else queryset


class _Titled(_Field):
    """A field's filter under a title of its own, instead of the field's name."""

    label = ""
    template = TEMPLATE

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.title = self.label or self.title


class Uploaded(_Titled, admin.DateFieldListFilter):
    label = "uploaded"


class When(_Titled, admin.DateFieldListFilter):
    label = "when"


class Choice(_Titled, admin.ChoicesFieldListFilter):
    """One of a field's choices."""
