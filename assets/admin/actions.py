"""What editors can have done to the pictures that they have chosen."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from assets.models import Job, Preset, Purge
from assets.purge import request_purge
from assets.warming import request_warming


@admin.action(permissions=["change"], description="Purge: make every size anew")
def purge_selected(model_admin: admin.ModelAdmin[Any], request: HttpRequest, chosen: QuerySet[Any]) -> None:
    with transaction.atomic():
        purges = [
            request_purge(
                asset.key,
                reason=Purge.Reason.REQUESTED,
                action=Purge.Action.DELETE_VARIANTS,
                user_id=request.user.pk,
            )
            for asset in chosen
        ]
    _tell(model_admin, request, f"{_pictures(len(purges))} will be purged.", purges)


@admin.action(permissions=["change"], description="Warm: make every preset now, before visitors come")
def warm_selected(model_admin: admin.ModelAdmin[Any], request: HttpRequest, chosen: QuerySet[Any]) -> None:
    if not Preset.objects.exists():
        model_admin.message_user(request, "There are no presets to warm; add one first.", messages.WARNING)
        return
    with transaction.atomic():
        warming = request_warming(chosen, request.user.pk)
    _tell(model_admin, request, f"{_pictures(len(warming.keys))} will be warmed.", [warming])


def _pictures(count: int) -> str:
    return "1 picture" if count == 1 else f"{count} pictures"


def _tell(model_admin: admin.ModelAdmin[Any], request: HttpRequest, text: str, jobs: list[Any]) -> None:
    message = format_html('{} <a href="{}">See how far it is</a>.', text, _where(jobs))
    model_admin.message_user(request, message, messages.SUCCESS)


def _where(jobs: list[Job]) -> str:
    """The job's own page, or the list where there are several."""
    name = jobs[0]._meta.model_name
    if len(jobs) == 1:
        return reverse(f"admin:imagehub_{name}_change", args=[jobs[0].pk])
    return reverse(f"admin:imagehub_{name}_changelist")
