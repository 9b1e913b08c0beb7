"""The manifest's revisions."""

from __future__ import annotations

from django.db import models


class Publication(models.Model):
    """The one row whose lock orders the manifest's publications.

    ``revision`` is the last one that went out, ``wanted`` the one that should: where they differ, the picture
    servers do not know yet what editors have saved. ``fallback`` is the key of the picture that is shown where one
    is missing; empty: none.
    """

    revision = models.PositiveIntegerField(default=0)
    wanted = models.PositiveIntegerField(default=0)
    published_at = models.DateTimeField(null=True)
    fallback = models.CharField(max_length=512, blank=True, default="")

    def __str__(self) -> str:
        return f"{self.revision} of {self.wanted}"

    @property
    def pending(self) -> bool:
        return self.revision < self.wanted

    @classmethod
    def locked(cls) -> Publication:
        """The row, locked until the transaction ends."""
        cls.objects.get_or_create(pk=1)
        return cls.objects.select_for_update().get(pk=1)
