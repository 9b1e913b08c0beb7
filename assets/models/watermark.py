"""The watermark of a preset: an image of the library that is placed on what the preset renders."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from assets.models.asset import Asset
from assets.models.rows import primary
from edge.contract.operations import CORNERS, Operation, make_operation
from edge.contract.original import Verdict
from edge.rendering.overlay_reader import MAX_OVERLAY_BYTES


class Watermarked(models.Model):
    """The size is that of the watermark's longer side, in percent of the shorter side of the result. So is the margin.

    ``watermark_version`` is the version of the image that the revision of the row stands for.
    """

    watermark = models.ForeignKey(
        Asset,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The key of an image of the library, such as brand/logo.png. Empty: no watermark.",
    )
    watermark_corner = models.CharField(
        "where", max_length=9, choices=[(corner, corner) for corner in CORNERS], default="southeast"
    )
    watermark_size = models.PositiveSmallIntegerField(
        "size, %",
        default=20,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
    )
    watermark_margin = models.PositiveSmallIntegerField(
        "margin, %",
        default=3,
        validators=[MaxValueValidator(50)],
    )
    watermark_opacity = models.PositiveSmallIntegerField(
        "opacity, %",
        default=100,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
    )
    watermark_version = models.CharField(max_length=8, blank=True, default="", editable=False)

    class Meta:
        abstract = True

    @property
    def mark(self) -> Operation | None:
        """The operation that places the watermark; None without one."""
        if self.watermark is None:
            return None
        return make_operation(
            "watermark",
            key=self.watermark.key,
            version=self.watermark_version,
            corner=self.watermark_corner,
            size=self.watermark_size,
            margin=self.watermark_margin,
            opacity=self.watermark_opacity,
        )

    def clean(self) -> None:
        """Raises `ValidationError` if no visitor would see the watermark."""
        super().clean()
        if self.watermark and (reason := unusable(self.watermark)):
            raise ValidationError({"watermark": f"{self.watermark.key} {reason}"}, code="watermark_unusable")


#: The columns that a revision stands for, but for the version.
WATERMARK_PARTS = (
    "watermark_id",
    "watermark_corner",
    "watermark_size",
    "watermark_margin",
    "watermark_opacity",
)


def unusable(asset: Asset) -> str:
    """Why ``asset`` cannot be a watermark, as the rest of a sentence; empty if it can."""
    if asset.facts.verdict is not Verdict.SHOWN:
        return "is not shown to visitors as it is, so it cannot be a watermark. Choose another image."
    if asset.bytes > MAX_OVERLAY_BYTES:
        size, most = asset.bytes / 2**20, MAX_OVERLAY_BYTES // 2**20
        return f"has {size:.1f} MB; a watermark may have {most} MB. Choose a smaller file."
    return ""


def version_of(asset_pk: int | None, using: str) -> str:
    """The version of a watermark as the database has it; empty without one."""
    if asset_pk is None:
        return ""
    return primary(Asset, using).filter(pk=asset_pk).values_list("version", flat=True).first() or ""
