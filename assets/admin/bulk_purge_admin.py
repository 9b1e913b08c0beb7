"""Bulk purges in the admin."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.utils.safestring import SafeString

from assets.admin.display import bar
from assets.admin.filters import Requested
from assets.admin.job_admin import JobAdmin
from assets.admin.purge_admin import purge_progress
from assets.models import BulkPurge


@admin.register(BulkPurge)
class BulkPurgeAdmin(JobAdmin):
    """Purges of many images at once, and their progress."""

    empty = "No bulk purges yet. Select images in their list to purge them."
    list_display = ("heading", "badge", "progress", "requested")
    list_filter = ("state", ("created_at", Requested))

    @admin.display(description="Images", ordering="total")
    def heading(self, job: Any) -> str:
        return str(job)

    def describe(self, job: Any) -> dict[str, Any]:
        return {**super().describe(job), "done": job.done, "total": job.total}

    def facts(self, job: Any) -> list[tuple[str, object]]:
        return [("Images", f"{job.total:,}"), ("Last invalidation", job.invalidation_id)]

    def progress_text(self, job: Any) -> str:
        return "; ".join(filter(None, (f"{job.done:,} of {job.total:,} images", purge_progress(job))))

    @admin.display(description="Progress")
    def progress(self, job: Any) -> SafeString:
        return bar(job.done, job.total, self.progress_text(job))
