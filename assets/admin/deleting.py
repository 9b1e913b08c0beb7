"""The pages that ask before something is deleted. They list all that goes with it, and what keeps it from going."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from itertools import islice
from typing import Any

from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import NestedObjects, quote
from django.db import router
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.text import capfirst

from assets import storage
from assets.admin.lists import ListAdmin
from assets.models import Asset
from edge.storage.errors import StorageUnavailable

Action = Callable[[Any, HttpRequest, QuerySet[Any]], Any]

#: Thumbnails; rows that take others with them; and rows that a form names one by one, since Django accepts at most a
#: thousand fields.
MAX_THUMBNAILS, MAX_LISTED, _MAX_NAMED = 12, 100, 500
#: One answer of S3.
_MAX_COUNTED = 1000
#: Rows that nobody knows, and that the pages do not mention: each links an image and a tag.
_LINKS = Asset.tags.through


class DeletingAdmin(ListAdmin):
    """Shows what Django collects for deletion, whether it may be deleted or not."""

    def render_delete_form(self, request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
        return super().render_delete_form(request, {**context, **self.summary([context["object"]])})

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions: dict[str, Any] = super().get_actions(request)
        if found := actions.get("delete_selected"):
            actions["delete_selected"] = (_asking(found[0]), *found[1:])
        return actions

    def summary(self, chosen: Iterable[Model]) -> dict[str, Any]:
        """What is deleted with ``chosen``, and what stays and loses its reference, for the context of both pages."""
        rows = list(chosen)
        collector: Any = NestedObjects(using=router.db_for_write(self.model), origin=rows)
        collector.collect(rows)
        listed = list(self._listed(collector.nested()))
        counts = {model: len(found) for model, found in collector.model_objs.items() if self._is_told(model)}
        return {
            "others": [(model._meta.verbose_name_plural, count) for model, count in counts.items()],
            "listed": [each for group in listed[:MAX_LISTED] for each in group],
            "not_listed": max(0, len(listed) - MAX_LISTED),
            "losing": list(_losing(collector)),
        }

    def _is_told(self, model: type[Model]) -> bool:
        return model not in (self.model, _LINKS)

    def _listed(self, nested: list[Any]) -> Iterator[list[Any]]:
        """Groups of one row and those that go with it; no row of ours that goes alone."""
        for row, following in zip(nested, [*nested[1:], None], strict=True):
            children = [_told(following)] if isinstance(following, list) and _told(following) else []
            if isinstance(row, Model) and (children or type(row) is not self.model):
                yield self._described([row, *children])

    def _described(self, nested: list[Any]) -> list[Any]:
        """As Django's `unordered_list` filter wants it."""
        return [self._described(each) if isinstance(each, list) else self._describe(each) for each in nested]

    def _describe(self, row: Model) -> str:
        meta = row._meta
        try:
            name = f"admin:{meta.app_label}_{meta.model_name}_change"
            url = reverse(name, args=(quote(row.pk),), current_app=self.admin_site.name)
        except NoReverseMatch:
            return f"{capfirst(meta.verbose_name)}: {row}"
        return format_html('{}: <a href="{}">{}</a>', capfirst(meta.verbose_name), url, row)


def _told(nested: list[Any]) -> list[Any]:
    found = (_told(each) if isinstance(each, list) else each for each in nested)
    return [each for each in found if each and type(each) is not _LINKS]


def variant_count(key: str) -> str:
    """How many variants of an image are stored, as text. Empty if storage cannot be asked, which stops nobody."""
    try:
        count = sum(1 for _ in islice(storage.object_store().list(f"variants/{key}/"), _MAX_COUNTED))
    except StorageUnavailable:
        return ""
    return f"{count} or more" if count == _MAX_COUNTED else str(count)


def _losing(collector: Any) -> Iterator[tuple[str, int]]:
    for (field, _value), groups in collector.field_updates.items():
        if number := sum(rows.count() if isinstance(rows, QuerySet) else len(rows) for rows in groups):
            yield str(field.model._meta.verbose_name_plural), number


def _asking(delete: Action) -> Action:
    @wraps(delete)
    def ask(model_admin: Any, request: HttpRequest, chosen: QuerySet[Any]) -> Any:
        count = chosen.count()
        if request.POST.get("expected", str(count)) != str(count):
            _take_back_confirmation(request)
        response = delete(model_admin, request, chosen)
        if context := getattr(response, "context_data", None):
            context |= model_admin.summary(chosen)
            context |= {"count": count, "shown": chosen[:MAX_THUMBNAILS], "more": max(0, count - MAX_THUMBNAILS)}
            context["posted"] = _posted(request, chosen, count)
        return response

    return ask


def _take_back_confirmation(request: HttpRequest) -> None:
    """The choice was "all that match", and others match now than when the editor confirmed."""
    posted = request.POST.copy()
    posted.pop("post", None)
    request.POST = posted  # type: ignore[assignment]  # the stubs want an immutable one


def _posted(request: HttpRequest, chosen: QuerySet[Any], count: int) -> list[tuple[str, str]]:
    """The choice as hidden inputs: row by row, or as "all that match" with their number."""
    ids = [str(pk) for pk in chosen.values_list("pk", flat=True)]
    if count > _MAX_NAMED and request.POST.get("select_across") == "1":
        return [(ACTION_CHECKBOX_NAME, ids[0]), ("select_across", "1"), ("expected", str(count))]
    return [(ACTION_CHECKBOX_NAME, each) for each in ids]
