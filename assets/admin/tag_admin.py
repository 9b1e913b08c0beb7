"""Tags in the admin. Editors make most of them in the form of an image."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import admin

from assets.admin.named_admin import NamedAdmin
from assets.models import Asset, Tag


@admin.register(Tag)
class TagAdmin(NamedAdmin):
    """Rename and delete tags."""

    empty = "No tags yet. Give an image some in its form, or add one here."
    list_display = ("name", "images", "changed")
    fields = ("name",)
    parameter, field = "tag", "tags"

    def summary(self, chosen: Iterable[Any]) -> dict[str, Any]:
        """Images lose a deleted tag, and nothing else."""
        rows = list(chosen)
        number = Asset.objects.filter(tags__in=rows).distinct().count()
        return {**super().summary(rows), "losing": [("images", number)] if number else []}
