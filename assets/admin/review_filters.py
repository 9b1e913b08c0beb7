"""Filters of the list of reviews."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.http import HttpRequest

from assets.models import Review
from assets.moderation import flagging_names

_MAX_USERS = 50
_BY_HAND = "-"


class Waiting(admin.SimpleListFilter):
    """Reviews that wait, or those that are decided."""

    title = "state"
    parameter_name = "state"

    def lookups(self, *_: Any) -> list[tuple[str, str]]:
        return [("open", "Waiting"), ("decided", "Decided")]

    def queryset(self, _request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(state=self.value()) if self.value() in Review.State.values else queryset


class Decision(admin.SimpleListFilter):
    """Reviews by what was decided."""

    title = "decision"
    parameter_name = "decision"

    def lookups(self, *_: Any) -> list[tuple[str, str]]:
        return [(str(value), str(label).capitalize()) for value, label in Review.Decision.choices]

    def queryset(self, _request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(decision=self.value()) if self.value() in Review.Decision.values else queryset


class FlaggedFor(admin.SimpleListFilter):
    """Reviews by the label or category of the settings that flagged the image."""

    title = "label"
    parameter_name = "label"

    def lookups(self, *_: Any) -> list[tuple[str, str]]:
        return [*((name.lower(), name) for name in flagging_names()), (_BY_HAND, "Decided by hand")]

    def queryset(self, _request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == _BY_HAND:
            return queryset.filter(label_names="")
        return queryset.filter(label_names__contains=f"|{self.value()}|") if self.value() else queryset


class DecidedBy(admin.SimpleListFilter):
    """Reviews by who decided. Only users who have decided something are listed."""

    title = "decided by"
    parameter_name = "by"

    def lookups(self, *_: Any) -> list[tuple[str, str]]:
        deciders = Review.objects.exclude(decided_by=None).order_by().values("decided_by").distinct()
        users = get_user_model()._default_manager.filter(pk__in=deciders)[:_MAX_USERS]
        return [(str(user.pk), str(user)) for user in users]

    def queryset(self, _request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        known = [pk for pk, _ in self.lookup_choices]
        return queryset.filter(decided_by=self.value()) if self.value() in known else queryset
