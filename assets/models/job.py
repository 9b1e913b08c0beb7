"""Purges and warmings."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Job(models.Model):
    """Work that a Celery task does, and whose state editors see. The row is the truth; the task is only a nudge."""

    class State(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    state = models.CharField(max_length=8, choices=State.choices, default=State.QUEUED, editable=False)
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    error = models.TextField(blank=True, editable=False)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    finished_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        abstract = True
        ordering = ("-created_at", "-pk")


class Purge(Job):
    """Stored variants deleted, and one cache-tag invalidation sent, for a picture or a preset."""

    class Kind(models.TextChoices):
        ASSET = "asset", "picture"
        PRESET = "preset"

    class Reason(models.TextChoices):
        REQUESTED = "requested", "asked for"
        REPLACED = "replaced", "picture replaced"
        DELETED = "deleted", "picture deleted"
        CHANGED = "changed", "preset changed"

    kind = models.CharField(max_length=6, choices=Kind.choices, default=Kind.ASSET, editable=False)
    subject = models.CharField(max_length=512, editable=False, help_text="The picture's key or the preset's name.")
    version = models.CharField(
        max_length=8, blank=True, editable=False, help_text="Which original a deletion takes away; empty: any."
    )
    reason = models.CharField(max_length=9, choices=Reason.choices, default=Reason.REQUESTED, editable=False)
    variants_deleted = models.PositiveIntegerField(null=True, editable=False)
    invalidation_id = models.CharField(max_length=64, blank=True, editable=False)
    invalidation_status = models.CharField(max_length=32, blank=True, editable=False)

    def __str__(self) -> str:
        return f"{self.subject} ({self.get_reason_display()})"


class Warming(Job):
    """Every preset of some pictures, asked for in each format through CloudFront."""

    keys = models.JSONField(default=list, editable=False)
    total = models.PositiveIntegerField(default=0, editable=False)
    done = models.PositiveIntegerField(default=0, editable=False)
    failures = models.JSONField(default=list, editable=False)

    def __str__(self) -> str:
        return f"{len(self.keys)} pictures, {self.done} of {self.total}"
