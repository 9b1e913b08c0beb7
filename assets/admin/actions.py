"""Actions on the images that an editor has selected."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.html import format_html

from assets.admin.display import admin_url
from assets.bulk_purge import request_bulk_purge
from assets.counts import count_images
from assets.models import Job, Preset
from assets.warming import request_warming

MAX_SHOWN = 12


@admin.action(permissions=["change"], description="Purge: render every size again")
def purge_selected(
    model_admin: admin.ModelAdmin[Any], request: HttpRequest, chosen: QuerySet[Any]
) -> HttpResponse | None:
    """Ask first, since a filter may have chosen very many images; then request one purge of them all."""
    if request.POST.get("post") != "yes":
        return _confirm_purge(model_admin, request, chosen)
    purge = request_bulk_purge(chosen, user_id=request.user.pk)
    _report(model_admin, request, f"{count_images(purge.total)} will be purged.", purge)
    return None


def _confirm_purge(model_admin: admin.ModelAdmin[Any], request: HttpRequest, chosen: QuerySet[Any]) -> HttpResponse:
    count = chosen.count()
    context = {
        **model_admin.admin_site.each_context(request),
        "title": f"Purge {count_images(count)}?",
        "opts": model_admin.opts,
        "media": model_admin.media,
        "chosen": chosen[:MAX_SHOWN],
        "more": f"{count - MAX_SHOWN:,}" if count > MAX_SHOWN else "",
        "posted": {"action": ["purge_selected"], **posted_choice(request)},
    }
    return TemplateResponse(request, "admin/imagehub/asset/purge_selected_confirmation.html", context)


def posted_choice(request: HttpRequest) -> dict[str, list[str]]:
    """The choice as the list posted it. Of all images that match, one id stands for them: Django asks for any."""
    across = request.POST.get("select_across", "0")
    ids = request.POST.getlist(ACTION_CHECKBOX_NAME)
    return {"select_across": [across], ACTION_CHECKBOX_NAME: ids if across == "0" else ids[:1]}


@admin.action(permissions=["change"], description="Warm: render every preset now")
def warm_selected(model_admin: admin.ModelAdmin[Any], request: HttpRequest, chosen: QuerySet[Any]) -> None:
    if not Preset.objects.filter(archived=False).exists():
        model_admin.message_user(request, "There are no presets to warm. Add a preset first.", messages.WARNING)
        return
    warming = request_warming(chosen, request.user.pk)
    _report(model_admin, request, f"{count_images(len(warming.keys))} will be warmed.", warming)


def _report(model_admin: admin.ModelAdmin[Any], request: HttpRequest, text: str, job: Job) -> None:
    url = admin_url(model_admin.admin_site, str(job._meta.model_name), "change", job.pk)
    message = format_html('{} <a href="{}">View progress</a>.', text, url) if url else text
    model_admin.message_user(request, message, messages.SUCCESS)
