"""What editors keep: pictures and presets; and what is being done for them: purges and warmings."""

from __future__ import annotations

from typing import Any, cast

from django.conf import settings
from django.core.files.storage import Storage
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models

from assets import storage
from assets.fields import KeyField
from edge.recipe import COMPASS, FITS, PRESET_NAME, WHITE, Point, Recipe, make


def originals() -> Storage:
    """``STORAGES["originals"]``."""
    return cast("Storage", storage.originals)


def original_name(asset: Asset, _filename: str) -> str:
    """An original lies under its asset's key, whatever the uploaded file was called."""
    return asset.key


class Asset(models.Model):
    """One picture. Sizes in pixels after orientation; the focal point in per mille of width and height."""

    key = KeyField(
        max_length=512,
        unique=True,
        help_text="The picture's public path, such as photos/beach.jpg. It never changes.",
    )
    title = models.CharField(max_length=200, blank=True)
    alt_text = models.CharField(
        "alternative text",
        max_length=500,
        blank=True,
        help_text="What the picture shows, for those who cannot see it.",
    )
    decorative = models.BooleanField(
        default=False, help_text="It says nothing that the page does not say: screen readers skip it."
    )
    original = models.FileField(storage=originals, upload_to=original_name, max_length=512)
    focal_x = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MaxValueValidator(1000)], help_text="Per mille from the left."
    )
    focal_y = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MaxValueValidator(1000)], help_text="Per mille from the top."
    )
    width = models.PositiveIntegerField(editable=False, default=0)
    height = models.PositiveIntegerField(editable=False, default=0)
    format = models.CharField(max_length=8, editable=False)
    bytes = models.PositiveBigIntegerField(editable=False, default=0)
    sha256 = models.CharField("SHA-256", max_length=64, editable=False)
    version = models.CharField(max_length=8, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )

    class Meta:
        ordering = ("-created_at", "-pk")
        verbose_name = "picture"

    def __str__(self) -> str:
        return self.title or self.key

    @property
    def focal(self) -> Point | None:
        return None if self.focal_x is None or self.focal_y is None else (self.focal_x, self.focal_y)

    @property
    def alt(self) -> str:
        """What belongs into an ``alt`` attribute."""
        return "" if self.decorative else self.alt_text


class Preset(models.Model):
    """A recipe with a name. Every save that changes the recipe raises the revision."""

    name = models.CharField(
        max_length=50,
        unique=True,
        validators=[RegexValidator(rf"^(?:{PRESET_NAME.pattern})\Z", "Use a-z, 0-9 and hyphens, as in square-card.")],
        help_text="As templates say it: a-z, 0-9 and hyphens.",
    )
    width = models.PositiveIntegerField(default=0, help_text="Pixels; 0 leaves this side free.")
    height = models.PositiveIntegerField(default=0, help_text="Pixels; 0 leaves this side free.")
    fit = models.CharField(
        max_length=8, choices=[(fit, fit) for fit in FITS], default="cover", help_text="What happens with both sides."
    )
    gravity = models.CharField(
        max_length=9,
        choices=[(gravity, gravity) for gravity in ("focal", *COMPASS, "auto")],
        default="focal",
        help_text="Which part stays when something must go.",
    )
    quality = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text="1 to 100; empty takes the default.",
    )
    up = models.BooleanField("enlarge", default=False, help_text="Let small pictures be enlarged.")
    bg = models.CharField(
        "background",
        max_length=8,
        default=WHITE,
        validators=[RegexValidator(r"^(?:[0-9a-f]{6}|[0-9a-f]{8})\Z", "Use rrggbb or rrggbbaa, such as ffffff.")],
        help_text="Behind transparency, and around the picture with contain.",
    )
    revision = models.PositiveIntegerField(default=1, editable=False)
    updated_at = models.DateTimeField(auto_now=True)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    @property
    def recipe(self) -> Recipe:
        names = ("width", "height", "fit", "gravity", "up", "bg")
        options: dict[str, Any] = {name: getattr(self, name) for name in names}
        return make({**options, "quality": self.quality or 0})


class Publication(models.Model):
    """The one row whose lock orders the manifest's publications.

    ``revision`` is the last one that went out, ``wanted`` the one that should: where they differ, the picture
    servers do not know yet what editors have saved.
    """

    revision = models.PositiveIntegerField(default=0)
    wanted = models.PositiveIntegerField(default=0)
    published_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.revision} of {self.wanted}"


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
