"""Purges and warmings in the admin."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.utils.html import format_html
from django.utils.safestring import SafeString

from assets.admin.job_admin import JobAdmin
from assets.models import Purge, Warming
from assets.purge import NO_CDN


@admin.register(Purge)
class PurgeAdmin(JobAdmin):
    list_display = ("subject", "badge", "progress_text", "reason", "requested_by", "created_at")
    list_filter = ("state", "reason", "kind", "created_at")
    search_fields = ("subject",)

    def heading(self, job: Any) -> str:
        return str(job.subject)

    def facts(self, job: Any) -> list[tuple[str, object]]:
        return [
            (job.get_kind_display().capitalize(), job.subject),
            ("Reason", job.get_reason_display()),
            ("Invalidation", job.invalidation_id),
        ]

    @admin.display(description="Progress")
    def progress_text(self, job: Any) -> str:
        deleted = "" if job.variants_deleted is None else f"{job.variants_deleted} files deleted"
        cdn = job.invalidation_status
        if cdn and cdn != NO_CDN:
            cdn = f"CloudFront: {cdn}"
        return "; ".join(filter(None, (deleted, cdn))) or "—"


@admin.register(Warming)
class WarmingAdmin(JobAdmin):
    list_display = ("heading", "badge", "bar", "requested_by", "created_at")
    list_filter = ("state", "created_at")

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
