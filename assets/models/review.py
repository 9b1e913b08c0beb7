"""Reviews: who decided what visitors may see of an image, when, and why."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django.conf import settings
from django.db import models

from assets.models.rows import primary
from edge.contract.original import Verdict

#: Of a reason.
MAX_WHY = 1000


class Review(models.Model):
    """One row for each time that an image was flagged, or that somebody decided by hand: then it has no labels.

    ``before`` is what visitors saw before the decision. A review is about the bytes with ``sha256``.
    """

    class State(models.TextChoices):
        OPEN = "open"
        DECIDED = "decided"

    class Decision(models.TextChoices):
        APPROVED = "approved"
        BLURRED = "blurred"
        WITHHELD = "withheld"
        TRASHED = "trashed", "moved to trash"
        REPLACED = "replaced", "file replaced"

    #: What visitors see after each decision that is about the picture itself. It holds for the same bytes later, too.
    VERDICTS: Mapping[str, Verdict] = MappingProxyType(
        {Decision.APPROVED: Verdict.SHOWN, Decision.BLURRED: Verdict.BLURRED, Decision.WITHHELD: Verdict.WITHHELD}
    )

    asset = models.ForeignKey(
        "imagehub.Asset", models.CASCADE, related_name="reviews", editable=False, verbose_name="image"
    )
    sha256 = models.CharField("SHA-256", max_length=64, editable=False)
    analysis = models.ForeignKey("imagehub.Analysis", models.SET_NULL, null=True, editable=False, related_name="+")
    labels = models.JSONField(default=list, editable=False)
    #: The labels and the settings' categories that they belong to, for searches: lower case, each between two "|".
    label_names = models.TextField(blank=True, editable=False)
    state = models.CharField(max_length=7, choices=State.choices, default=State.OPEN, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    decision = models.CharField(max_length=8, choices=Decision.choices, blank=True, editable=False)
    before = models.CharField(max_length=8, blank=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, editable=False)
    why = models.TextField("reason", max_length=MAX_WHY, blank=True, editable=False)

    class Meta:
        ordering = ("-pk",)
        default_permissions = ()
        permissions = (("review_asset", "Can review images and decide what visitors see of them"),)
        indexes = (models.Index(fields=("state", "id"), name="imagehub_review_state"),)

    def __str__(self) -> str:
        return f"Review of {self.asset}"

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    @classmethod
    def standing_verdict(cls, asset_pk: Any, sha256: str) -> Verdict | None:
        """What was last decided about those bytes of that image; None if nothing was."""
        if asset_pk is None:
            return None
        about = primary(cls).filter(asset_id=asset_pk, sha256=sha256, decision__in=cls.VERDICTS)
        last = about.order_by("-decided_at", "-pk").values_list("decision", flat=True).first()
        return None if last is None else cls.VERDICTS[last]
