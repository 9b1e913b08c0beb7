"""What was seen in files, by their SHA-256: the same bytes are never looked at twice."""

from __future__ import annotations

from typing import Any

from django.db import models, router

from assets.conf import config
from assets.models.job import Job
from assets.moderation import flags


class Analysis(Job):
    """One look of one analyser at one file, and what it saw, as `assets.analysis.seen.Seen` has it.

    It belongs to the file, not to an image: a copy of a file is known already. ``reply`` has what the analyser answered
    to each of its calls, as soon as it came. ``calls`` of those that cost money were begun, and ``reserved`` more are
    counted in the budget of ``reserved_month``. ``words`` is what editors can search for: the text and the names of the
    labels, casefolded.
    """

    sha256 = models.CharField("SHA-256", max_length=64, editable=False)
    analyser = models.CharField(max_length=16, editable=False)
    faces = models.JSONField(default=list, editable=False)
    labels = models.JSONField(default=list, editable=False)
    moderation = models.JSONField(default=list, editable=False)
    text = models.TextField(blank=True, editable=False)
    words = models.TextField(blank=True, editable=False)
    model_versions = models.JSONField(default=dict, editable=False)
    reply = models.JSONField(default=dict, editable=False)
    calls = models.PositiveSmallIntegerField(default=0, editable=False)
    reserved = models.PositiveSmallIntegerField(default=0, editable=False)
    reserved_month = models.CharField(max_length=7, blank=True, default="", editable=False)

    class Meta(Job.Meta):
        verbose_name_plural = "analyses"
        constraints = (models.UniqueConstraint(fields=("sha256", "analyser"), name="imagehub_analysis_once"),)

    def __str__(self) -> str:
        return f"{self.sha256[:8]} by {self.analyser}"

    @classmethod
    def known_faces(cls, sha256: str) -> Any:
        """The faces that the analyser of the settings has found in that file; None if it has not looked.

        Until the transaction ends, nobody forgets them: an image of that file is about to be saved.
        """
        list(cls._rows(sha256).select_for_update().order_by("pk").values_list("pk"))
        known = cls.known(sha256)
        return known.faces if known else None

    @classmethod
    def known_flags(cls, sha256: str) -> list[dict[str, Any]]:
        """The labels for which that file is flagged, as far as is known."""
        known = cls.known(sha256)
        return flags(known.moderation) if known else []

    @classmethod
    def known(cls, sha256: str) -> Analysis | None:
        """What the analyser of the settings has seen in that file; None if it has not looked."""
        if not (name := config().analyser):
            return None
        done = cls._rows(sha256).filter(analyser=name, state=cls.State.DONE)
        return done.defer("reply", "labels", "text").first()

    @classmethod
    def _rows(cls, sha256: str) -> models.QuerySet[Analysis]:
        return cls._base_manager.using(router.db_for_write(cls)).filter(sha256=sha256)
