"""Warmings in the admin."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.utils.safestring import SafeString

from assets.admin.display import bar
from assets.admin.filters import Requested
from assets.admin.job_admin import JobAdmin
from assets.models import Warming


@admin.register(Warming)
class WarmingAdmin(JobAdmin):
    """Variants rendered ahead of the first request, and their progress."""

    empty = "No warmings yet. Select images in their list to render their presets before visitors ask for them."
    list_display = ("heading", "badge", "bar", "requested")
    list_filter = ("state", ("created_at", Requested))

    @admin.display(description="Images")
    def heading(self, job: Any) -> str:
        return str(job.keys[0]) if len(job.keys) == 1 else f"{len(job.keys)} images"

    def describe(self, job: Any) -> dict[str, Any]:
        return {**super().describe(job), "done": job.done, "total": job.total}

    def facts(self, job: Any) -> list[tuple[str, object]]:
        return [("Images", "\n".join(job.keys)), *([("Presets", ", ".join(job.presets))] if job.presets else [])]

    def progress_text(self, job: Any) -> str:
        failed = f", {len(job.failures)} failed" if job.failures else ""
        return f"{job.done} of {job.total} requested{failed}"

    @admin.display(description="Progress")
    def bar(self, job: Any) -> SafeString:
        return bar(job.done, job.total, self.progress_text(job))
