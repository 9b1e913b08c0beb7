"""The manifest's revision counter and the chosen fallback image."""

from __future__ import annotations

from django.db import models


class ManifestState(models.Model):
    """The one row that counts the manifest's revisions and names the fallback image.

    `requested_revision` is the revision that editors' changes have reached, `published_revision` the one in the
    bucket. While they differ, the edge does not know the latest changes yet. `fallback_key` is the key of the image
    that visitors get in place of a missing one; empty means none.
    """

    requested_revision = models.PositiveIntegerField(default=0)
    published_revision = models.PositiveIntegerField(default=0)
    published_at = models.DateTimeField(null=True)
    fallback_key = models.CharField(max_length=512, blank=True, default="")

    def __str__(self) -> str:
        return f"revision {self.published_revision} of {self.requested_revision}"

    @property
    def is_pending(self) -> bool:
        """Whether a change has not been published yet."""
        return self.published_revision < self.requested_revision

    @classmethod
    def locked(cls) -> ManifestState:
        """The row, locked until the transaction ends."""
        cls.objects.get_or_create(pk=1)
        return cls.objects.select_for_update().get(pk=1)
