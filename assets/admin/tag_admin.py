"""Tags in the admin. Editors make most of them in the form of an image."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, JsonResponse
from django.urls import URLPattern, path

from assets.admin.named_admin import NamedAdmin
from assets.models import Asset, Tag
from assets.models.named import MAX_NAME, fold

_MOST_SUGGESTED = 10


@admin.register(Tag)
class TagAdmin(NamedAdmin):
    """Rename and delete tags."""

    empty = "No tags yet. Give an image some in its form, or add one here."
    list_display = ("name", "images", "changed")
    fields = ("name",)
    parameter, field = "tag", "tags"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.suggest_view)
        return [path("suggest/", view, name="imagehub_tag_suggest"), *super().get_urls()]

    def suggest_view(self, request: HttpRequest) -> JsonResponse:
        """Names of tags that begin with the parameter ``q``, for who may edit images."""
        if not any(request.user.has_perm(f"imagehub.{action}_asset") for action in ("add", "change")):
            raise PermissionDenied
        folded = fold(request.GET.get("q", ""))[:MAX_NAME]
        rows = Tag.objects.filter(folded__startswith=folded) if folded else Tag.objects.none()
        return JsonResponse({"names": list(rows.values_list("name", flat=True)[:_MOST_SUGGESTED])})

    def summary(self, chosen: Iterable[Any]) -> dict[str, Any]:
        """Images lose a deleted tag, and nothing else."""
        rows = list(chosen)
        number = Asset.objects.filter(tags__in=rows).distinct().count()
        return {**super().summary(rows), "losing": [("images", number)] if number else []}
