"""The manifest's revision counter and the chosen fallback image."""

from __future__ import annotations

from django.db import models, router, transaction
from django.utils import timezone

from assets.fields import ExactCharField
from assets.models.rows import has_value, primary
from assets.signals import manifest_outdated


class ManifestState(models.Model):
    """The one row that counts the manifest's revisions and names the fallback image.

    `requested_revision` is the revision that editors' changes have reached, `published_revision` the one in the
    bucket. While they differ, the edge does not know the latest changes yet. `fallback_key` is the key of the image
    that visitors get in place of a missing one; empty means none.
    """

    requested_revision = models.PositiveIntegerField(default=0)
    published_revision = models.PositiveIntegerField(default=0)
    published_at = models.DateTimeField(null=True)
    fallback_key = ExactCharField(max_length=512, blank=True, default="")

    def __str__(self) -> str:
        return f"revision {self.published_revision} of {self.requested_revision}"

    @property
    def is_pending(self) -> bool:
        """Whether a change has not been published yet."""
        return self.published_revision < self.requested_revision

    @classmethod
    def current(cls) -> ManifestState:
        """The row as last committed. Before the first change it is a new, unsaved one."""
        return primary(cls).filter(pk=1).first() or cls(pk=1)

    @classmethod
    def request_revision(cls, using: str | None = None, above: int = 0) -> int:
        """Count one more change in the running transaction and announce it; returns the new revision.

        The new one is higher than ``above``: a database that was restored does not know what the bucket has.

        The row stays locked until the transaction ends, so revisions are committed in their order. A revision is never
        used twice: a preset that is deleted and created again does not meet what is stored of the first one.
        """
        using = using or router.db_for_write(cls)
        with transaction.atomic(using):
            state = cls._locked(using)
            state.requested_revision = max(state.requested_revision, state.published_revision, above) + 1
            state.save(using=using)
            manifest_outdated.send(sender=cls, using=using, revision=state.requested_revision)
        return state.requested_revision

    @classmethod
    def choose_fallback(cls, key: str, using: str | None = None) -> None:
        """Show the image ``key`` in place of missing ones; with an empty key, none. Published on commit."""
        using = using or router.db_for_write(cls)
        with transaction.atomic(using):
            state = cls._locked(using)
            if state.fallback_key != key:
                state.fallback_key = key
                state.save(using=using)
                cls.request_revision(using)

    @classmethod
    def is_fallback(cls, key: str, using: str | None = None) -> bool:
        """Whether ``key`` is the image that is shown in place of missing ones."""
        return has_value(primary(cls, using), "fallback_key", key)

    @classmethod
    def record_published(cls, revision: int) -> None:
        """Note that ``revision`` is in the bucket, unless a later one is."""
        older = primary(cls).filter(pk=1, published_revision__lt=revision)
        older.update(published_revision=revision, published_at=timezone.now())

    @classmethod
    def _locked(cls, using: str) -> ManifestState:
        rows = cls._default_manager.using(using)
        rows.get_or_create(pk=1)
        return rows.select_for_update().get(pk=1)
