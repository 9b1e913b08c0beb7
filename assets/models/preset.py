"""Presets: recipes with a name."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models, router, transaction

from assets.fields import ExactCharField, validate_side
from assets.models.guarded import GuardedQuerySet
from assets.models.manifest_state import ManifestState
from assets.models.rows import locked, stored_value
from assets.models.watermark import WATERMARK_PARTS, Watermarked, version_of
from assets.signals import recipe_changed
from edge.contract.recipe import PRESET_NAME, Recipe, make_recipe
from edge.contract.values import FITS, GRAVITIES, WHITE

_PARTS = ("width", "height", "fit", "gravity", "pad", "quality", "up", "bg")


class Preset(Watermarked):
    """A recipe with a name, and perhaps a watermark. Every save that changes either raises the revision."""

    name = ExactCharField(
        max_length=50,
        unique=True,
        validators=[RegexValidator(rf"^(?:{PRESET_NAME.pattern})\Z", "Use a-z, 0-9 and hyphens, as in square-card.")],
        help_text="The name that templates use: a-z, 0-9 and hyphens. It cannot be changed later.",
    )
    width = models.PositiveIntegerField(
        default=0, validators=[validate_side], help_text="In pixels. 0 follows from the height."
    )
    height = models.PositiveIntegerField(
        default=0, validators=[validate_side], help_text="In pixels. 0 follows from the width."
    )
    fit = models.CharField(
        max_length=8,
        choices=[(fit, fit) for fit in FITS],
        default="cover",
        help_text="How the image fits if both width and height are given.",
    )
    gravity = models.CharField(
        max_length=9,
        choices=[(gravity, gravity) for gravity in GRAVITIES],
        default="focal",
        help_text="Which part to keep when the image is cropped. For images without faces, face and faces mean focal.",
    )
    pad = models.PositiveSmallIntegerField(
        "margin around faces",
        null=True,
        blank=True,
        validators=[MaxValueValidator(500)],
        help_text="With face or faces: zoom in, and leave this margin, in percent of their size. Empty: no zoom.",
    )
    quality = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text="1 to 100. Leave empty for the default.",
    )
    up = models.BooleanField("enlarge", default=False, help_text="Enlarge images that are smaller than this.")
    bg = models.CharField(
        "background",
        max_length=8,
        default=WHITE,
        validators=[RegexValidator(r"^(?:[0-9a-f]{6}|[0-9a-f]{8})\Z", "Use rrggbb or rrggbbaa, such as ffffff.")],
        help_text="The colour behind transparent parts, and around the image with contain.",
    )
    revision = models.PositiveIntegerField(default=1, editable=False)
    archived = models.BooleanField(
        default=False,
        editable=False,
        help_text="Hidden from editors and not warmed. Templates that name it go on working.",
    )
    updated_at = models.DateTimeField(auto_now=True)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )

    objects = models.Manager.from_queryset(GuardedQuerySet)()
    only_by_save = frozenset({"name", "revision", *_PARTS, *WATERMARK_PARTS, "watermark", "watermark_version"})
    read_by_tags = ("name", "revision")
    save_does = "giving them a revision, publishing it and purging what was rendered"

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    def save(self, **options: Any) -> None:
        """Save the row and, if what it renders changed, give it the next revision and send `recipe_changed`.

        Works with ``update_fields`` too. Raises `ValidationError` if the name changed.
        """
        using = options.get("using") or router.db_for_write(type(self), instance=self)
        with transaction.atomic(using):
            before = locked(self, using)  # of two saves at once, the second one sees the first
            if before:
                self._keep_name_and_revision(before)
            after = self._after(before or self, options.get("update_fields"))
            self.watermark_version = after.watermark_version = version_of(after.watermark_id, using)
            changed = before is None or before._rendered != after._rendered
            if changed:
                # Before the row is written: the revision is part of it, and of the URLs of its variants.
                self.revision = ManifestState.request_revision(using)
                options = _with_revision(options)
            super().save(**{**options, "using": using})
            if changed:
                recipe_changed.send(sender=Preset, instance=self, created=before is None, using=using)

    def clean(self) -> None:
        """Raises `ValidationError` if the name changed, or the watermark cannot be one."""
        super().clean()
        self._check_same_name(stored_value(self, "name"))

    def _check_same_name(self, stored: str | None) -> None:
        if stored is not None and stored != self.name:
            raise ValidationError({"name": f"A preset's name cannot change. This one is {stored}."})

    def _keep_name_and_revision(self, before: Preset) -> None:
        self._check_same_name(before.name)
        self.revision = before.revision  # this instance may have been read before somebody else's save

    def _after(self, before: Preset, written: Collection[str] | None) -> Preset:
        """The row as it is once the ``written`` fields, or all of them, have been saved; only what is rendered."""
        names = {*_PARTS, *WATERMARK_PARTS}
        taken = names if written is None else {"watermark_id" if name == "watermark" else name for name in written}
        return Preset(**{name: getattr(self if name in taken else before, name) for name in names})

    @property
    def _rendered(self) -> tuple[Any, ...]:
        """What a revision stands for."""
        mark = tuple(getattr(self, name) for name in (*WATERMARK_PARTS, "watermark_version"))
        return self.recipe, mark if self.watermark_id else None

    def set_archived(self, archived: bool) -> None:
        """Archive or restore the preset. The edge goes on answering for it: its recipe and revision stay published."""
        self.archived = archived
        self.save(update_fields=["archived", "updated_by", "updated_at"])

    @property
    def recipe(self) -> Recipe:
        return _recipe({name: getattr(self, name) for name in _PARTS})


def _recipe(parts: dict[str, Any]) -> Recipe:
    return make_recipe({**parts, "quality": parts["quality"] or 0})


def _with_revision(options: dict[str, Any]) -> dict[str, Any]:
    """The options of a save that also writes what goes with a revision, even if ``update_fields`` does not name it."""
    fields = options.get("update_fields")
    return (
        options
        if fields is None
        else {**options, "update_fields": {*fields, "revision", "watermark_version", "updated_at"}}
    )
