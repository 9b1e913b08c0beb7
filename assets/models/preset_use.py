"""Which presets pages have asked for, so that one in use is not deleted, and one that is gone still has a recipe."""

from __future__ import annotations

from django.db import models

from assets.fields import ExactCharField
from edge.contract.errors import BadRequest
from edge.contract.recipe import Recipe
from edge.contract.slug import parse_slug


class PresetUse(models.Model):
    """A preset's name, as templates write it. There may be no such preset, or no longer."""

    name = ExactCharField(max_length=50, unique=True)
    used_on = models.DateField(null=True, help_text="The last day, in UTC, on which a page asked for the preset.")
    slug = models.CharField(max_length=120, blank=True, help_text="The recipe that the preset had when it was deleted.")

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    @property
    def recipe(self) -> Recipe:
        """The recipe that the deleted preset had; the full image if it is not known."""
        try:
            recipe = parse_slug(self.slug or "full")
        except BadRequest:
            return Recipe()
        return recipe if isinstance(recipe, Recipe) else Recipe()
