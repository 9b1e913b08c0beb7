"""The lists of rows: their title, what they say when they are empty, and the first choice of an action."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.text import capfirst

from assets.admin.known_rows import KnownRowsAdmin


class ListAdmin(KnownRowsAdmin):
    """A list's title is the name of its rows; Django's would be "Select image to change"."""

    #: What an empty list says.
    empty = ""

    def get_action_choices(self, request: HttpRequest, *_: Any) -> list[tuple[str, str]]:
        return super().get_action_choices(request, [("", "Choose an action")])

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        title = capfirst(str(self.opts.verbose_name_plural))
        return super().changelist_view(request, {"title": title, "empty": self.empty, **(extra_context or {})})


class ReadOnlyAdmin(ListAdmin):
    """Rows that only the code adds, changes and deletes."""

    def has_add_permission(self, _request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: Any = None) -> bool:
        return False
