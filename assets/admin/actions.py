"""Actions on the images that an editor has selected."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db import router, transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html

from assets.admin.display import admin_url
from assets.models import Job, Preset, Purge
from assets.purge import request_purge
from assets.warming import request_warming


@admin.action(permissions=["change"], description="Purge: render every size again")
def purge_selected(model_admin: admin.ModelAdmin[Any], request: HttpRequest, chosen: QuerySet[Any]) -> None:
    with transaction.atomic(using=router.db_for_write(Purge)):
        purges = [
            request_purge(
                asset.key,
                reason=Purge.Reason.REQUESTED,
                action=Purge.Action.DELETE_VARIANTS,
                user_id=request.user.pk,
            )
            for asset in chosen
        ]
    _report(model_admin, request, f"{_images(len(purges))} will be purged.", purges)


@admin.action(permissions=["change"], description="Warm: render every preset now")
def warm_selected(model_admin: admin.ModelAdmin[Any], request: HttpRequest, chosen: QuerySet[Any]) -> None:
    if not Preset.objects.filter(archived=False).exists():
        model_admin.message_user(request, "There are no presets to warm. Add a preset first.", messages.WARNING)
        return
    warming = request_warming(chosen, request.user.pk)
    _report(model_admin, request, f"{_images(len(warming.keys))} will be warmed.", [warming])


def _images(count: int) -> str:
    return "1 image" if count == 1 else f"{count} images"


def _report(model_admin: admin.ModelAdmin[Any], request: HttpRequest, text: str, jobs: list[Any]) -> None:
    url = _progress_url(model_admin.admin_site, jobs)
    message = format_html('{} <a href="{}">View progress</a>.', text, url) if url else text
    model_admin.message_user(request, message, messages.SUCCESS)


def _progress_url(site: admin.AdminSite, jobs: list[Job]) -> str:
    """The job's own page, or the list if there are several."""
    model = str(jobs[0]._meta.model_name)
    return admin_url(site, model, "change", jobs[0].pk) if len(jobs) == 1 else admin_url(site, model, "changelist")
