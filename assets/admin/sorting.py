"""Actions that sort the selected images: into a collection, and by a tag. Each has a page that asks."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from assets import bulk_edit
from assets.admin.actions import MAX_SHOWN, posted_choice
from assets.admin.sorting_fields import CollectionField
from assets.analysis.bulk_look import BulkLook, plan_of
from assets.counts import count_images
from assets.models import Asset, Tag

#: The history of each image names the change, if there are not more. The database would take longer than a request may.
_MAX_LOGGED = 1000


class MoveForm(forms.Form):
    """The collection to move to. ``price`` is how many looks its editor has agreed to."""

    collection = CollectionField(label="Move to")
    price = forms.IntegerField(required=False, widget=forms.HiddenInput)


class TagForm(forms.Form):
    """The tag to add."""

    tag = forms.CharField(label="Tag", max_length=200, widget=forms.TextInput(attrs={"class": "vTextField"}))
    may_add: bool = True

    def clean_tag(self) -> str:
        name = Tag.check_name(self.cleaned_data["tag"])
        if not (self.may_add or Tag.known([name])):
            raise ValidationError(f"There is no tag “{name}”, and your account may not add tags.", code="new_tag")
        return name


@admin.action(permissions=["change"], description="Move to a collection")
def move_selected(
    model_admin: admin.ModelAdmin[Any], request: HttpRequest, chosen: QuerySet[Any]
) -> HttpResponse | None:
    """Ask for the collection, and for a yes to the price if its images are looked at."""
    form = MoveForm(request.POST if request.POST.get("post") == "yes" else None, label_suffix="")
    if not form.is_valid():
        return _ask(model_admin, request, chosen, form, "move")
    collection = form.cleaned_data["collection"]
    planned = plan_of(_elsewhere(chosen, collection)) if collection and collection.analysed else BulkLook(())
    if len(planned) > (form.cleaned_data["price"] or 0):
        return _ask(model_admin, request, chosen, form, "move", planned=planned, collection=collection)
    logged = _to_log(chosen)
    count = bulk_edit.move(chosen, collection, user_id=request.user.pk)
    where = f"moved to {collection}" if collection else "taken out of their collections"
    _log(request, logged, f"{where[0].upper()}{where[1:]}.")
    looked = f" {len(planned):,} will be looked at." if len(planned) else ""
    model_admin.message_user(request, f"{count_images(count)} {where}.{looked}", messages.SUCCESS)
    return None


@admin.action(permissions=["change"], description="Add a tag")
def tag_selected(
    model_admin: admin.ModelAdmin[Any], request: HttpRequest, chosen: QuerySet[Any]
) -> HttpResponse | None:
    form = TagForm(request.POST if request.POST.get("post") == "yes" else None, label_suffix="")
    form.may_add = request.user.has_perm("imagehub.add_tag")
    if not form.is_valid():
        return _ask(model_admin, request, chosen, form, "tag", known=Tag.objects.values_list("name", flat=True)[:500])
    tag = Tag.obtain(form.cleaned_data["tag"])
    logged = _to_log(chosen.exclude(tags=tag))
    count = bulk_edit.add_tag(chosen, tag, user_id=request.user.pk)
    _log(request, logged, f"Tagged “{tag}”.")
    model_admin.message_user(request, f"{count_images(count)} tagged “{tag}”.", messages.SUCCESS)
    return None


def _ask(
    model_admin: admin.ModelAdmin[Any],
    request: HttpRequest,
    chosen: QuerySet[Any],
    form: forms.Form,
    verb: str,
    **context: Any,
) -> HttpResponse:
    count = chosen.count()
    context |= {
        **model_admin.admin_site.each_context(request),
        "title": f"{verb.capitalize()} {count_images(count)}",
        "opts": model_admin.opts,
        "media": model_admin.media,
        "form": form,
        "chosen": chosen[:MAX_SHOWN],
        "more": f"{count - MAX_SHOWN:,}" if count > MAX_SHOWN else "",
        "posted": {"action": [f"{verb}_selected"], **posted_choice(request)},
    }
    return TemplateResponse(request, f"admin/imagehub/asset/{verb}_selected.html", context)


def _elsewhere(chosen: QuerySet[Any], collection: Any) -> QuerySet[Any]:
    return Asset.objects.filter(pk__in=chosen.order_by().values("pk")).exclude(collection=collection)


def _to_log(chosen: QuerySet[Any]) -> list[Any]:
    rows = list(chosen.select_related(None).only("title")[: _MAX_LOGGED + 1])
    return rows if len(rows) <= _MAX_LOGGED else []


def _log(request: HttpRequest, rows: list[Any], text: str) -> None:
    if rows:
        user_id: Any = request.user.pk
        LogEntry.objects.log_actions(user_id, rows, CHANGE, change_message=text)
