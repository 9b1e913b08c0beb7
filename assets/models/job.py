"""Purges and warmings: work for Celery, with its progress."""

from __future__ import annotations

import hashlib
from typing import Any

from django.conf import settings
from django.db import models

from assets import request_id
from assets.clock import DatabaseSecondsField
from assets.fields import ExactCharField


class Job(models.Model):
    """Work for a Celery worker. The row holds the state; a message only tells a worker to look at the row."""

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
    #: Of the request that asked for the job, as logs have it.
    request_id = models.CharField(
        max_length=request_id.MAX_LENGTH, default=request_id.current, blank=True, editable=False
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    finished_at = models.DateTimeField(null=True, editable=False)
    # The times above are for people. Those that are compared:
    created_seconds = DatabaseSecondsField(auto_now_add=True)
    saved_seconds = DatabaseSecondsField()

    class Meta:
        abstract = True
        ordering = ("-created_at", "-pk")
        # For the sweep and the metrics: few jobs are not done.
        indexes = (models.Index(fields=("state", "created_seconds"), name="imagehub_%(class)s_state"),)


class PurgeJob(Job):
    """A job that deletes variants, then invalidates CloudFront's copies."""

    variants_deleted = models.PositiveIntegerField(null=True, editable=False)
    invalidation_id = models.CharField(max_length=64, blank=True, editable=False)
    invalidation_status = models.CharField(max_length=32, blank=True, editable=False)

    class Meta(Job.Meta):
        abstract = True


class Purge(PurgeJob):
    """Removal of an image's or preset's variants from storage and from CloudFront's caches.

    `reason` is a label for people. What the purge does is its `action`, which the code that requests it chooses.
    """

    class Kind(models.TextChoices):
        ASSET = "asset", "image"
        PRESET = "preset", "preset"

    class Reason(models.TextChoices):
        REQUESTED = "requested", "requested by an editor"
        REPLACED = "replaced", "image replaced"
        DELETED = "deleted", "image deleted"
        CHANGED = "changed", "preset changed"

    class Action(models.TextChoices):
        """Each does what the next one does, and more."""

        DELETE_ORIGINAL = "delete_original", "delete the original and its variants"
        DELETE_VARIANTS = "delete_variants", "delete the variants"
        INVALIDATE = "invalidate", "invalidate CloudFront's copies"

    kind = models.CharField(max_length=6, choices=Kind.choices, default=Kind.ASSET, editable=False)
    subject = ExactCharField(max_length=512, editable=False, help_text="The image's key or the preset's name.")
    reason = models.CharField(max_length=9, choices=Reason.choices, default=Reason.REQUESTED, editable=False)
    action = models.CharField(max_length=15, choices=Action.choices, default=Action.DELETE_VARIANTS, editable=False)
    #: What a purge that waits for its first attempt does, as a hash; null from that attempt on. So of one kind of work
    #: at most one purge waits, also in databases without conditional constraints, whatever their collation.
    queued_work = models.CharField(max_length=64, unique=True, null=True, editable=False)  # noqa: DJ001  # null is unique

    class Meta(PurgeJob.Meta):
        constraints = (
            # A preset may have the name of a folder of images, whose files it must never delete.
            models.CheckConstraint(
                condition=models.Q(kind="asset") | models.Q(action="invalidate"),
                name="imagehub_purge_preset_only_invalidates",
            ),
        )

    def __str__(self) -> str:
        return f"{self.subject} ({self.get_reason_display()})"

    def save(self, **options: Any) -> None:
        """Save the row. Once it has left the queue, the next request for the same work gets a purge of its own."""
        if self.state != self.State.QUEUED and self.queued_work is not None:
            self.queued_work = None
            if (fields := options.get("update_fields")) is not None:
                options["update_fields"] = {*fields, "queued_work"}
        super().save(**options)

    @property
    def work(self) -> str:
        """What the purge does, as a hash: purges with the same work have the same effect."""
        parts = (self.kind, self.subject, self.action)
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()


class Warming(Job):
    """Requests for every preset of some images, in each format, through CloudFront. ``presets``: or for those only."""

    keys = models.JSONField(default=list, editable=False)
    presets = models.JSONField(default=list, editable=False)
    total = models.PositiveIntegerField(default=0, editable=False)
    done = models.PositiveIntegerField(default=0, editable=False)
    failures = models.JSONField(default=list, editable=False)

    def __str__(self) -> str:
        return f"{len(self.keys)} images, {self.done} of {self.total} requests"
