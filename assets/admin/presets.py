"""Presets in the admin, each with an example of what it does."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.contrib import admin
from django.db.models import QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime

from assets.admin.saving import SavingAdmin
from assets.links import img_url
from assets.models import Asset, ManifestState, Preset


class _Sample(NamedTuple):
    key: str
    version: str


@admin.register(Preset)
class PresetAdmin(SavingAdmin):
    """Keep presets. Their names never change, since templates use them."""

    list_display = ("example", "name", "slug", "revision", "changed")
    list_display_links = ("example", "name")
    list_select_related = ("updated_by",)
    search_fields = ("name",)
    fieldsets = (
        (None, {"fields": ("name", ("width", "height"), "fit", "gravity")}),
        ("Finer points", {"fields": ("quality", "up", "bg")}),
    )

    def get_readonly_fields(self, _request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("name",) if obj else ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With the newest picture as everybody's example, in the same query."""
        newest = Asset.objects.order_by("-created_at", "-pk")
        sample = {f"sample_{name}": Subquery(newest.values(name)[:1]) for name in ("key", "version")}
        return super().get_queryset(request).annotate(**sample)  # type: ignore[no-any-return]  # rows with two more

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        context = {"title": "Presets", "empty": "No presets yet.", "manifest_state": ManifestState.objects.first()}
        return super().changelist_view(request, {**context, **(extra_context or {})})

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        context["example"] = _example(context["original"])
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.display(description="Example")
    def example(self, preset: Any) -> SafeString | str:
        url = _example(preset)
        if not url:
            return "—"
        image = '<img class="thumbnail" src="{}" alt="{}" loading="lazy" decoding="async">'
        return format_html(image, url, preset.name)  # the name of its link

    @admin.display(ordering="updated_at")
    def changed(self, preset: Preset) -> SafeString:
        by = f"by {preset.updated_by}" if preset.updated_by else ""
        return format_html("{} <span>{}</span>", date_format(localtime(preset.updated_at), "j M Y"), by)

    @admin.display(description="Recipe")
    def slug(self, preset: Preset) -> SafeString:
        return format_html("<code>{}</code>", preset.recipe.slug)


def _example(preset: Any) -> str:
    """The URL of the newest picture through ``preset``; empty without either."""
    if preset is None or not preset.sample_key:
        return ""
    return img_url(_Sample(preset.sample_key, preset.sample_version), preset=preset)
