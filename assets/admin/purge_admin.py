"""Purges in the admin."""

from __future__ import annotations

from typing import Any

from django.contrib import admin

from assets.admin.filters import Requested
from assets.admin.job_admin import JobAdmin
from assets.invalidation import NO_CDN
from assets.models import Purge, PurgeJob


@admin.register(Purge)
class PurgeAdmin(JobAdmin):
    """Cache invalidations and their progress."""

    empty = "No purges yet. Select images in their list to purge them. Replacing or deleting an image purges it too."
    list_display = ("subject_text", "badge", "progress_text", "reason_text", "requested")
    list_filter = ("state", "reason", "kind", ("created_at", Requested))
    search_fields = ("subject",)

    @admin.display(description="Image or preset", ordering="subject")
    def subject_text(self, job: Any) -> str:
        return self.heading(job)

    @admin.display(description="Reason", ordering="reason")
    def reason_text(self, job: Any) -> str:
        return str(job.get_reason_display()).capitalize()

    def heading(self, job: Any) -> str:
        return f"preset {job.subject}" if job.kind == Purge.Kind.PRESET else str(job.subject)

    def facts(self, job: Any) -> list[tuple[str, object]]:
        return [
            (job.get_kind_display().capitalize(), job.subject),
            ("Reason", self.reason_text(job)),
            ("Invalidation", job.invalidation_id),
        ]

    @admin.display(description="Progress")
    def progress_text(self, job: Any) -> str:
        return purge_progress(job) or "—"


def purge_progress(job: PurgeJob) -> str:
    """What was deleted, and what CloudFront says; empty at first."""
    count = job.variants_deleted
    deleted = "" if count is None else f"{count:,} file{'' if count == 1 else 's'} deleted"
    cdn = job.invalidation_status
    if cdn and cdn != NO_CDN:
        cdn = f"CloudFront: {cdn}"
    return "; ".join(filter(None, (deleted, cdn)))
