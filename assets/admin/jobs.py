"""Purges and warmings in the admin."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.utils.html import format_html
from django.utils.safestring import SafeString

from assets.admin.filters import Choice, When
from assets.admin.job_admin import JobAdmin
from assets.models import Purge, Warming
from assets.purge import NO_CDN


@admin.register(Purge)
class PurgeAdmin(JobAdmin):
    empty = "No purges yet. Choose pictures in their list and have them purged; replacing or deleting one does it too."
    list_display = ("what", "badge", "progress_text", "why", "asked")
    list_filter = (("state", Choice), ("reason", Choice), ("kind", Choice), ("created_at", When))
    search_fields = ("subject",)

    @admin.display(description="Picture or preset", ordering="subject")
    def what(self, job: Any) -> str:
        return self.heading(job)

    @admin.display(description="Reason", ordering="reason")
    def why(self, job: Any) -> str:
        return str(job.get_reason_display()).capitalize()

    def heading(self, job: Any) -> str:
        return f"preset {job.subject}" if job.kind == Purge.Kind.PRESET else str(job.subject)

    def facts(self, job: Any) -> list[tuple[str, object]]:
        return [
            (job.get_kind_display().capitalize(), job.subject),
            ("Reason", self.why(job)),
            ("Invalidation", job.invalidation_id),
        ]

    @admin.display(description="Progress")
    def progress_text(self, job: Any) -> str:
        count = job.variants_deleted
        deleted = "" if count is None else f"{count} file{'' if count == 1 else 's'} deleted"
        cdn = job.invalidation_status
        if cdn and cdn != NO_CDN:
            cdn = f"CloudFront: {cdn}"
        return "; ".join(filter(None, (deleted, cdn))) or "—"


@admin.register(Warming)
class WarmingAdmin(JobAdmin):
    empty = "No warmings yet. Choose pictures in their list and have them warmed, before visitors come."
    list_display = ("heading", "badge", "bar", "asked")
    list_filter = (("state", Choice), ("created_at", When))

    @admin.display(description="Pictures")
    def heading(self, job: Any) -> str:
        return str(job.keys[0]) if len(job.keys) == 1 else f"{len(job.keys)} pictures"

    def describe(self, job: Any) -> dict[str, Any]:
        return {**super().describe(job), "done": job.done, "total": job.total}

    def facts(self, job: Any) -> list[tuple[str, object]]:
        return [("Pictures", "\n".join(job.keys))]

    def progress_text(self, job: Any) -> str:
        failed = f", {len(job.failures)} failed" if job.failures else ""
        return f"{job.done} of {job.total} asked for{failed}"

    @admin.display(description="Progress")
    def bar(self, job: Any) -> SafeString:
        bar = '<progress value="{}" max="{}" aria-label="Progress"></progress> <span class="quiet">{}</span>'
        return format_html(bar, job.done, max(job.total, 1), self.progress_text(job))
