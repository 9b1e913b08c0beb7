"""Bulk purges: one row for the variants of many images."""

from __future__ import annotations

from django.db import models

from assets.fields import ExactCharField
from assets.models.job import PurgeJob


class BulkPurge(PurgeJob):
    """Removal of many images' variants from storage and from CloudFront's caches, in as few calls as possible.

    ``done`` of the ``total`` images have been removed from storage. ``position`` is the last one's `BulkPurgeKey`.
    """

    total = models.PositiveIntegerField(default=0, editable=False)
    done = models.PositiveIntegerField(default=0, editable=False)
    position = models.PositiveBigIntegerField(default=0, editable=False)

    class Meta(PurgeJob.Meta):
        verbose_name_plural = "purges in bulk"  # after images and presets in the admin's navigation

    def __str__(self) -> str:
        return "1 image" if self.total == 1 else f"{self.total:,} images"


class BulkPurgeKey(models.Model):
    """The key of an image that a bulk purge has not invalidated yet."""

    purge = models.ForeignKey(BulkPurge, models.CASCADE, related_name="keys")
    key = ExactCharField(max_length=512)

    def __str__(self) -> str:
        return self.key
