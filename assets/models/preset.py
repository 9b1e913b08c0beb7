"""Presets."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models, transaction

from assets.fields import validate_side
from assets.models.job import Purge
from assets.models.rows import locked
from edge.contract.recipe import PRESET_NAME, Recipe, make_recipe
from edge.contract.values import COMPASS, FITS, WHITE


class Preset(models.Model):
    """A recipe with a name. Every save that changes the recipe raises the revision."""

    name = models.CharField(
        max_length=50,
        unique=True,
        validators=[RegexValidator(rf"^(?:{PRESET_NAME.pattern})\Z", "Use a-z, 0-9 and hyphens, as in square-card.")],
        help_text="As templates say it: a-z, 0-9 and hyphens.",
    )
    width = models.PositiveIntegerField(
        default=0, validators=[validate_side], help_text="Pixels; 0 leaves this side free."
    )
    height = models.PositiveIntegerField(
        default=0, validators=[validate_side], help_text="Pixels; 0 leaves this side free."
    )
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

    def save(self, **options: Any) -> None:
        """Save; where the recipe is new, with the next revision, which goes out on commit.

        That holds with ``update_fields`` too. A queryset's ``update`` knows nothing of it.
        """
        from assets import manifest  # it knows the models
        from assets.purge import request_purge

        with transaction.atomic():
            before = locked(self)
            if before:
                if before.name != self.name:
                    raise ValidationError({"name": f"A name never changes: this preset is {before.name}."})
                self.revision = before.revision  # this instance may be older
            if before is None or before.recipe != self._recipe_after(before, options.get("update_fields")):
                self.revision = manifest.want()
                if before:
                    request_purge(self.name, reason=Purge.Reason.CHANGED, kind=Purge.Kind.PRESET, user=self.updated_by)
                if options.get("update_fields") is not None:
                    options["update_fields"] = {*options["update_fields"], "revision", "updated_at"}
            super().save(**options)

    def _recipe_after(self, before: Preset, written: Collection[str] | None) -> Recipe:
        """The row's recipe when these fields are written, or all of them."""
        return _recipe({name: getattr(self if written is None or name in written else before, name) for name in _PARTS})

    @property
    def recipe(self) -> Recipe:
        return _recipe({name: getattr(self, name) for name in _PARTS})


_PARTS = ("width", "height", "fit", "gravity", "quality", "up", "bg")


def _recipe(parts: dict[str, Any]) -> Recipe:
    return make_recipe({**parts, "quality": parts["quality"] or 0})
