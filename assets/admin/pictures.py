"""Pictures in the admin: always shown through our own tag, never by a link to an original."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.forms import Media, Script
from django.http import HttpRequest, HttpResponse
from django.template.defaultfilters import filesizeformat
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime

from assets.admin.actions import purge_selected, warm_selected
from assets.admin.filters import AlternativeText, Format, Uploaded
from assets.admin.forms import AssetForm
from assets.admin.saving import SavingAdmin
from assets.examination import ConvertedPhoto
from assets.links import img_url
from assets.models import Asset, ManifestState, Preset
from edge.contract.formats import label_of


@admin.register(Asset)
class AssetAdmin(SavingAdmin):
    """Upload, see, edit and delete pictures."""

    form = AssetForm
    list_display = ("thumbnail", "name", "file", "alternative", "changed")
    list_display_links = ("thumbnail", "name")
    list_filter = (AlternativeText, Format, ("created_at", Uploaded))
    show_facets = admin.ShowFacets.NEVER
    search_fields = ("key", "title", "alt_text")
    search_help_text = "Search keys, titles and alternative texts"
    list_per_page = 50
    actions = (purge_selected, warm_selected)
    fieldsets = (
        (None, {"fields": ("original", "key", "title")}),
        ("For those who cannot see it", {"fields": ("alt_text", "decorative")}),
        (
            "Focal point",
            {
                "fields": (("focal_x", "focal_y"),),
                "description": "The part that stays when the picture is cropped. "
                "Click it in the preview, or go there with the arrow keys; empty means the middle.",
            },
        ),
        ("Instead of others", {"fields": ("fallback",)}),
    )

    @property
    def media(self) -> Media:
        return super().media + Media(js=[Script("imagehub/picture.js", type="module")])  # type: ignore[list-item]  # new in Django 5.2

    def get_readonly_fields(self, _request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("key",) if obj else ()

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Those who may only look get no file field, which would be shown as a link, and nothing to choose."""
        if obj is None or self.has_change_permission(request, obj):
            return self.fieldsets
        return [(None, {"fields": ("key", "title")}), *self.fieldsets[1:-1]]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        return super().render_change_form(request, {**context, "presets": Preset.objects.all()}, *args, **kwargs)

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None) -> Any:
        chosen = Asset.objects.filter(pk=object_id, key__in=ManifestState.objects.values("fallback_key")).exists()
        return super().delete_view(request, object_id, {"is_fallback": chosen, **(extra_context or {})})

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        context = {"title": "Pictures", "empty": "No pictures yet.", **(extra_context or {})}
        return super().changelist_view(request, context)

    def response_add(self, request: HttpRequest, obj: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().response_add(request, obj, *args, **kwargs)
        self._mention_missing_text(request, obj)
        return response

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        response = super().response_change(request, obj)
        self._mention_missing_text(request, obj)
        return response

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        file = form.cleaned_data.get("original")
        if isinstance(file, ConvertedPhoto):
            text = (
                f"{file.heic_name} was taken as a {label_of(obj.format)}, {obj.key}, in the same quality to the eye. "
            )
            self.message_user(request, text + "The HEIC itself is not kept here.")
        if "fallback" in form.changed_data:
            self._choose_fallback(request, obj.key, form.cleaned_data["fallback"])

    def _choose_fallback(self, request: HttpRequest, key: str, chosen: bool) -> None:
        if chosen:
            ManifestState.choose_fallback(key)
            self.message_user(request, f"Within two minutes, {key} is shown where a picture is missing or damaged.")
        elif ManifestState.is_fallback(key):
            ManifestState.choose_fallback("")

    def _mention_missing_text(self, request: HttpRequest, obj: Any) -> None:
        if not (obj.alt_text or obj.decorative):
            text = f"There is no alternative text for {obj.key} yet: say what it shows, or mark it as decorative."
            self.message_user(request, text, messages.WARNING)

    @admin.display(description="Picture")
    def thumbnail(self, asset: Asset) -> SafeString:
        url = img_url(asset, 150, height=150, fit="inside")
        image = '<img class="thumbnail" src="{}" alt="{}" loading="lazy" decoding="async">'
        return format_html(image, url, asset.title or _last(asset.key))  # the name of its link

    @admin.display(description="Title and key", ordering="key")
    def name(self, asset: Asset) -> SafeString:
        return format_html('<strong>{}</strong><span class="key">{}</span>', asset.title or _last(asset.key), asset.key)

    @admin.display(ordering="bytes")
    def file(self, asset: Asset) -> SafeString:
        kind = f"{label_of(asset.format)}, {filesizeformat(asset.bytes)}"
        return format_html("{} × {} <span>{}</span>", asset.width, asset.height, kind)

    @admin.display(ordering="updated_at")
    def changed(self, asset: Asset) -> SafeString:
        day = date_format(localtime(asset.updated_at), "j M Y")
        return format_html('{} <span title="Version">{}</span>', day, asset.version)

    @admin.display(description="Alternative text", ordering="alt_text")
    def alternative(self, asset: Asset) -> SafeString:
        if asset.decorative:
            return format_html('<span class="badge quiet">{}</span>', "decorative")
        if not asset.alt_text:
            return format_html('<span class="badge missing">{}</span>', "missing")
        return format_html('<span class="clamp">{}</span>', asset.alt_text)


def _last(key: str) -> str:
    return key.rpartition("/")[2]
