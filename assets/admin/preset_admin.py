"""Presets in the admin, each with an example of what it does."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.contrib import admin, messages
from django.db.models import QuerySet, Subquery
from django.forms import Media
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from assets import preset_uses
from assets.admin.display import day, media
from assets.admin.filters import Archived
from assets.admin.preset_form import WATERMARK_DETAILS, PresetForm
from assets.admin.returning import ReturningAdmin
from assets.links import img_url
from assets.models import Asset, ManifestState, Preset
from assets.models.watermark import unusable

_PENDING = (
    "The latest changes are saved but not published yet, because image storage did not accept them. "
    "Publishing is retried automatically."
)

_SUBSTITUTE = "Pages show its last known recipe, or the full image."
_SIZES = "Without a width and a height, the preset shows the whole image, at most as large as the policy allows."


_MARKED = (
    "An image that is placed on all images of this preset. Size and margin are in percent of their shorter side. "
    "Visitors can ask for other sizes without it, unless every URL needs a signature."
)


class _Sample(NamedTuple):
    key: str
    version: str


@admin.register(Preset)
class PresetAdmin(ReturningAdmin):
    """Manage presets. A preset's name never changes, since templates use it.

    Who may change presets may archive and restore them. Deleting takes the right to delete, and a preset out of use.
    """

    form = PresetForm
    empty = "No presets yet."
    list_display = ("example", "title", "slug", "revision", "changed")
    list_display_links = ("example", "title")
    list_select_related = ("updated_by",)
    search_fields = ("name",)
    search_help_text = "Search names"
    list_filter = (Archived,)
    actions = ("archive", "restore")
    fieldsets = (
        (None, {"fields": ("name", ("width", "height"), "fit", "gravity", "pad"), "description": _SIZES}),
        ("Details", {"fields": ("quality", "up", "bg")}),
        (
            "Watermark",
            {
                "fields": ("watermark", "watermark_corner", WATERMARK_DETAILS[1:]),
                "description": _MARKED,
            },
        ),
    )

    @property
    def media(self) -> Media:
        return super().media + media("list", "form")

    def get_readonly_fields(self, _request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("name",) if obj else ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Each row has the newest image as its example, from the same query."""
        newest = Asset.objects.order_by("-created_at", "-pk")
        sample = {f"sample_{name}": Subquery(newest.values(name)[:1]) for name in ("key", "version")}
        return super().get_queryset(request).annotate(**sample)  # type: ignore[no-any-return]  # rows with two more

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """A preset in use is among the protected, which no page of the admin deletes."""
        to_delete, counts, lacking, protected = super().get_deleted_objects(objs, request)
        uses = preset_uses.of({preset.name for preset in objs})
        used = [f"{name} is used {use}" for name, use in sorted(uses.items()) if use.is_current]
        return to_delete, counts, lacking, [*protected, *used]

    @admin.action(permissions=["change"], description="Archive: hide from editors, templates keep it")
    def archive(self, request: HttpRequest, chosen: QuerySet[Any]) -> None:
        self._set_archived(request, chosen.filter(archived=False), archived=True)

    @admin.action(permissions=["change"], description="Restore from the archive")
    def restore(self, request: HttpRequest, chosen: QuerySet[Any]) -> None:
        self._set_archived(request, chosen.filter(archived=True), archived=False)

    def _set_archived(self, request: HttpRequest, chosen: QuerySet[Any], *, archived: bool) -> None:
        names = []
        for preset in chosen:
            preset.updated_by = request.user
            preset.set_archived(archived)
            self.log_change(request, preset, "Archived." if archived else "Restored.")
            names.append(preset.name)
        done = "archived. Templates that name it go on working" if archived else "restored"
        self.message_user(request, f"{', '.join(names) or 'Nothing'} {done}.", messages.SUCCESS)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if not (obj.width or obj.height):
            text = f"The preset {obj.name} has no width and no height, so it shows the whole image."
            self.message_user(request, text, messages.WARNING)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        self._mention_pending(request)
        if request.method == "GET":
            for name, use in preset_uses.missing().items():
                text = f"There is no preset {name}, which is used {use}. {_SUBSTITUTE}"
                self.message_user(request, text, messages.WARNING)
        return super().changelist_view(request, extra_context)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self._mention_pending(request)
        return super().changeform_view(request, *args, **kwargs)

    def _mention_pending(self, request: HttpRequest) -> None:
        """On every page that follows a save: only after the commit it is known whether publishing worked."""
        if request.method == "GET" and ManifestState.current().is_pending:
            self.message_user(request, _PENDING, messages.WARNING)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        preset = context["original"]
        context["example"] = _example_url(preset)
        if preset and preset.watermark and (reason := unusable(preset.watermark)):
            text = f"Images with this preset are not shown: its watermark {preset.watermark.key} {reason}"
            self.message_user(request, text, messages.WARNING)
        if preset:
            context["use"] = preset_uses.of([preset.name])[preset.name]
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.display(description="Example")
    def example(self, preset: Any) -> SafeString | str:
        url = _example_url(preset)
        if not url:
            return "—"
        image = '<img class="imagehub-thumbnail" src="{}" alt="{}" loading="lazy" decoding="async">'
        return format_html(image, url, preset.name)  # the accessible name of its link

    @admin.display(ordering="name", description="Name")
    def title(self, preset: Preset) -> SafeString | str:
        if not preset.archived:
            return preset.name
        return format_html('{} <span class="imagehub-badge" data-tone="quiet">archived</span>', preset.name)

    @admin.display(ordering="updated_at")
    def changed(self, preset: Preset) -> SafeString:
        by = f"by {preset.updated_by}" if preset.updated_by else ""
        text = '<span class="imagehub-nowrap">{}</span> <span class="imagehub-second-line">{}</span>'
        return format_html(text, day(preset.updated_at), by)

    @admin.display(description="Recipe")
    def slug(self, preset: Preset) -> SafeString:
        text = "<code>{}</code>"
        if not (preset.width or preset.height):
            text += ' <span class="imagehub-second-line">the whole image</span>'
        if preset.watermark_id:
            text += ' <span class="imagehub-second-line">with a watermark</span>'
        return format_html(text, preset.recipe.slug)


def _example_url(preset: Any) -> str:
    """The newest image through ``preset``; empty without a preset or an image."""
    if preset is None or not preset.sample_key:
        return ""
    return img_url(_Sample(preset.sample_key, preset.sample_version), preset=preset)
