"""Analyses in the admin: what was looked at, by what, what it saw and what it cost."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import admin
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from assets.admin.display import admin_url
from assets.admin.filters import Requested
from assets.admin.job_admin import JobAdmin
from assets.analysis.price import rekognition_price
from assets.analysis.usage import this_month
from assets.models import Analysis, Asset

_MAX_IMAGES, _MAX_LABELS = 20, 50
_MAX_REPLY, _MAX_ERROR = 200_000, 120


@admin.register(Analysis)
class AnalysisAdmin(JobAdmin):
    """Looks at files, and what was seen in them."""

    change_list_template = "admin/imagehub/analysis/change_list.html"
    change_form_template = "admin/imagehub/analysis/change_form.html"
    empty = "Nothing has been looked at yet. New images of analysed collections are looked at after their upload."
    list_display = ("image", "badge", "seen", "cost", "requested")
    list_filter = ("state", "analyser", ("created_at", Requested))
    search_fields = ("sha256",)
    search_help_text = "An image's key, or the beginning of a file's SHA-256."

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        same = Asset.objects.filter(sha256=OuterRef("sha256")).order_by()
        number = same.values("sha256").annotate(number=Count("pk")).values("number")
        first = Subquery(same.order_by("pk").values("key")[:1])
        rows: QuerySet[Any] = super().get_queryset(request).defer("words")
        found: QuerySet[Any] = rows.annotate(first_key=first, images=Coalesce(Subquery(number), 0))
        return found

    def get_search_results(
        self, _request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        term = search_term.strip().replace("\0", "")
        if not term:
            return queryset, False
        files = list(Asset.objects.filter(key=term).values_list("sha256", flat=True))
        return (queryset.filter(sha256__in=files) if files else queryset.filter(sha256__startswith=term)), False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"usage": this_month(), **(extra_context or {})})

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        reply = context["original"].reply
        context["raw_reply"] = json.dumps(reply, indent=2, ensure_ascii=False)[:_MAX_REPLY] if reply else ""
        return super().render_change_form(request, context, *args, **kwargs)

    def heading(self, job: Any) -> str:
        if not job.first_key:
            return f"the file {job.sha256[:8]}"
        others = job.images - 1
        return f"{job.first_key} and {others} more with the same file" if others else str(job.first_key)

    def facts(self, job: Any) -> list[tuple[str, object]]:
        return [
            ("Images", self._links(job)),
            ("SHA-256 of the file", job.sha256),
            (
                "Looked at by",
                "\n".join([job.analyser, *(f"{name} {each}" for name, each in job.model_versions.items())]),
            ),
            ("Faces", len(job.faces) if job.state == Analysis.State.DONE else ""),
            ("Labels", _labels(job.labels)),
            ("To be moderated", _labels(job.moderation)),
            ("Text", job.text),
            ("Cost", self.cost(job)),
        ]

    def progress_text(self, job: Any) -> str:
        return "" if job.state == Analysis.State.FAILED else self.seen(job)

    @admin.display(description="Image")
    def image(self, job: Any) -> str:
        return self.heading(job)

    @admin.display(description="Seen")
    def seen(self, job: Any) -> str:
        if job.state == Analysis.State.FAILED:
            return str(Truncator(job.error).chars(_MAX_ERROR))
        if job.state != Analysis.State.DONE:
            return "—"
        counted = [(len(job.faces), "face"), (len(job.labels), "label"), (len(job.moderation), "moderation label")]
        parts = [f"{number} {name}{'' if number == 1 else 's'}" for number, name in counted if number]
        return ", ".join([*parts, *(["text"] if job.text else [])]) or "nothing"

    @admin.display(description="Cost", ordering="calls")
    def cost(self, job: Any) -> str:
        if not job.calls:
            return "free"
        return f"{job.calls} call{'' if job.calls == 1 else 's'}, {rekognition_price().of(job.calls):.3f} USD"

    def _links(self, job: Any) -> SafeString | str:
        images = Asset.objects.filter(sha256=job.sha256).order_by("pk").values_list("pk", "key")[:_MAX_IMAGES]
        found = [(admin_url(self.admin_site, "asset", "change", pk), key) for pk, key in images]
        links = format_html_join("\n", '<a href="{}">{}</a>', found)
        more = job.images - len(found)
        return format_html("{}\nand {} more", links, more) if more > 0 else links


def _labels(labels: list[dict[str, Any]]) -> str:
    """Such as ``Beach 98 %``, the first ones."""
    named = [f"{each.get('name')} {_percent(each.get('confidence'))}".strip() for each in labels[:_MAX_LABELS]]
    return ", ".join([*named, *([f"and {len(labels) - _MAX_LABELS} more"] if len(labels) > _MAX_LABELS else [])])


def _percent(value: Any) -> str:
    return f"{value:.0f} %" if isinstance(value, int | float) else ""
