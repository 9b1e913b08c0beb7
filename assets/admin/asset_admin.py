"""Images in the admin. Pages show variants only, never an original."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.db import router, transaction
from django.forms import Media
from django.http import HttpRequest, HttpResponse
from django.template.defaultfilters import filesizeformat
from django.utils.html import format_html
from django.utils.safestring import SafeString

from assets.admin import conflict, searching
from assets.admin.actions import purge_selected, warm_selected
from assets.admin.animation import frame_count, still_notice
from assets.admin.asset_form import AssetForm
from assets.admin.deleting import variant_count
from assets.admin.display import day, media
from assets.admin.filters import AlternativeText, Format, InCollection, Tagged, Uploaded, Visibility
from assets.admin.looking_admin import LookingAdmin
from assets.admin.merging import EditConflict, Part
from assets.admin.publication_state import mention_state, state_badge, state_note
from assets.admin.sorting import move_selected, tag_selected
from assets.admin.trashing import TrashingAdmin
from assets.admin.visibility import thumbnail, visibility_badge, visibility_context
from assets.examination import ConvertedPhoto, examine
from assets.links import img_url, template_tag
from assets.models import Asset, ManifestState, Preset
from edge.contract.formats import label_of


@admin.register(Asset)
class AssetAdmin(TrashingAdmin, LookingAdmin):
    """Upload, describe, replace and delete images."""

    form = AssetForm
    empty = "No images yet."
    list_display = ("thumbnail", "name", "in_collection", "file", "alternative", "changed")
    list_display_links = ("thumbnail", "name")
    list_filter = (InCollection, Tagged, AlternativeText, Visibility, Format, ("created_at", Uploaded))
    show_facets = admin.ShowFacets.NEVER
    search_fields = ("key", "title", "alt_text")
    search_help_text = "Search titles, keys, texts, tags, collections and what was seen"
    list_per_page = 50
    list_select_related = ("collection",)
    actions = (move_selected, tag_selected, purge_selected, warm_selected, "trash_selected", "restore_selected")
    fieldsets = (
        (None, {"fields": ("original", "key", "title", "collection", "tag_names")}),
        ("Accessibility", {"fields": ("alt_text", "decorative")}),
        (
            "Focal point",
            {
                "fields": (("focal_x", "focal_y"),),
                "description": "The part that stays visible when the image is cropped. Click it in the preview, or "
                "move it with the arrow keys. If it is empty, crops are centered.",
            },
        ),
        ("Fallback", {"fields": ("fallback",)}),
    )

    @property
    def media(self) -> Media:
        return super().media + media("list", "form", js="image-form")

    def draw(self, found: EditConflict) -> conflict.Draw:
        """The file and the focal point, each on the image that it belongs to."""
        return partial(self._picture, found)

    def _picture(self, found: EditConflict, part: Part, mine: bool) -> conflict.Picture | None:
        if not {"original", "focal_x"} & set(part.fields):
            return None
        form, row = found.form, found.row
        focal = (form.instance if mine else row).focal if "focal_x" in part.fields else None
        if mine and "original" in form.changed_data:
            image = examine(form.cleaned_data["original"])
            url = form.kept.url if form.kept else ""
            return conflict.picture(url, image.width, image.height, focal) if url else None
        return conflict.picture(img_url(row, 600), row.width, row.height, focal)

    def get_readonly_fields(self, _request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("key",) if obj else ()

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Without the right to change, no file field, which would link the original, and no choice of a fallback."""
        if obj is None or self.has_change_permission(request, obj):
            return self.fieldsets
        return [(None, {"fields": ("key", "title", "collection", "tag_names")}), *self.fieldsets[1:-1]]

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        form = super().get_form(request, *args, **kwargs)
        form.may_add_tags = request.user.has_perm("imagehub.add_tag")
        return form

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        return queryset.filter(searching.condition(search_term, self.get_search_fields(request))), False

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        asset = context.get("original")
        context = {
            **context,
            "presets": Preset.objects.filter(archived=False),
            "template_tag": template_tag(asset.key) if asset else "",
            "frame_count": frame_count(asset) if asset else "",
            "still_notice": still_notice(asset) if asset else "",
            "state_note": state_note(asset) if asset else "",
            **visibility_context(self, request, asset),
        }
        return super().render_change_form(request, context, *args, **kwargs)

    def summary(self, chosen: Iterable[Any]) -> dict[str, Any]:
        rows = list(chosen)
        fallback = [asset.key for asset in rows if asset.key == ManifestState.current().fallback_key]
        size = sum(asset.bytes for asset in rows)
        variants = variant_count(rows[0].key) if len(rows) == 1 else ""
        return {**super().summary(rows), "fallback": fallback, "total_bytes": size, "variants": variants}

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
        # After the callback of the save, which publishes the original.
        mention = partial(mention_state, self, request, obj.pk)
        transaction.on_commit(mention, using=router.db_for_write(Asset), robust=True)
        file = form.cleaned_data.get("original")
        if isinstance(file, ConvertedPhoto):
            converted = f"The photo {file.heic_name} was converted to {label_of(obj.format)} without visible loss"
            self.message_user(request, f"{converted} and saved as {obj.key}. The HEIC file itself is not kept.")
        if file and (notice := still_notice(obj)) and "original" in form.changed_data:
            self.message_user(request, f"The animation {obj.key} {notice}", messages.WARNING)
        if "fallback" in form.changed_data:
            self._choose_fallback(request, obj.key, form.cleaned_data["fallback"])

    def _choose_fallback(self, request: HttpRequest, key: str, chosen: bool) -> None:
        if chosen:
            before = ManifestState.objects.exclude(fallback_key="").values_list("fallback_key", flat=True).first()
            ManifestState.choose_fallback(key)
            instead = f", instead of {before}" if before and before != key else ""
            self.message_user(request, f"Within two minutes, {key} replaces missing and damaged images{instead}.")
        elif ManifestState.is_fallback(key):
            ManifestState.choose_fallback("")

    def _mention_missing_text(self, request: HttpRequest, obj: Any) -> None:
        if not (obj.alt_text or obj.decorative):
            text = f"The image {obj.key} has no alternative text. Describe what it shows, or mark it as decorative."
            self.message_user(request, text, messages.WARNING)

    @admin.display(description="Tags")
    def tag_names(self, asset: Asset) -> str:
        return ", ".join(str(tag) for tag in asset.tags.all()) or "—"

    @admin.display(description="Image")
    def thumbnail(self, asset: Asset) -> SafeString:
        return thumbnail(asset, asset.title or _file_name(asset.key))  # the accessible name of its link

    @admin.display(description="Title and key", ordering="key")
    def name(self, asset: Asset) -> SafeString:
        text = '<strong class="imagehub-name">{}</strong><span class="imagehub-key">{}</span>'
        return format_html(text, asset.title or _file_name(asset.key), asset.key)

    @admin.display(description="Collection", ordering="collection__folded")
    def in_collection(self, asset: Asset) -> str:
        return str(asset.collection or "—")

    @admin.display(ordering="bytes")
    def file(self, asset: Asset) -> SafeString:
        kind = f"{label_of(asset.format)}, {filesizeformat(asset.bytes)}"
        text = '<span class="imagehub-nowrap">{} × {}</span> <span class="imagehub-second-line">{}</span> {} {}'
        return format_html(text, asset.width, asset.height, kind, state_badge(asset), visibility_badge(asset))

    @admin.display(ordering="updated_at")
    def changed(self, asset: Asset) -> SafeString:
        text = '<span class="imagehub-nowrap">{}</span> <span class="imagehub-second-line imagehub-mono">{}</span>'
        return format_html(text, day(asset.updated_at), asset.version)

    @admin.display(description="Alternative text", ordering="alt_text")
    def alternative(self, asset: Asset) -> SafeString:
        if asset.decorative:
            return format_html('<span class="imagehub-badge" data-tone="quiet">{}</span>', "decorative")
        if not asset.alt_text:
            return format_html('<span class="imagehub-badge" data-tone="warning">{}</span>', "missing")
        return format_html('<span class="imagehub-clamp">{}</span>', asset.alt_text)


def _file_name(key: str) -> str:
    return key.rpartition("/")[2]
