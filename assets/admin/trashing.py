"""The trash: its list, its actions, and the page of an image that is in it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_POST

from assets import trash
from assets.admin.display import admin_url, moment
from assets.admin.receiving import ReceivingAdmin
from assets.admin.visibility import visibility_context
from assets.conf import config
from assets.models import KEPT, Asset, Preset, Review

_TRASH = "imagehub_asset_trash"
#: Where an image of the trash is not offered. Its own pages find it.
_LISTS = ("imagehub_asset_changelist", "autocomplete")


class TrashingAdmin(ReceivingAdmin):
    """Images in the trash are in no list but their own. Who may delete images may move them there, and restore them."""

    def get_urls(self) -> list[URLPattern]:
        restore = self.admin_site.admin_view(require_POST(self.restore_view))
        return [
            path("trash/", self.admin_site.admin_view(self.trash_view), name=_TRASH),
            path("<int:pk>/restore/", restore, name="imagehub_asset_restore"),
            *super().get_urls(),
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        found = super().get_queryset(request)
        if _is_trash(request):
            return found.exclude(KEPT)
        return found.filter(KEPT) if _page_of(request) in _LISTS else found

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions = super().get_actions(request)
        only_here = ("restore_selected", "delete_selected")
        if _is_trash(request):
            return {name: action for name, action in actions.items() if name in only_here}
        return {name: action for name, action in actions.items() if name != "restore_selected"}

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        context: dict[str, Any] = {"trashed": Asset.objects.exclude(KEPT).count(), **(extra_context or {})}
        return super().changelist_view(request, context)

    def trash_view(self, request: HttpRequest) -> HttpResponse:
        """The list of images, of those in the trash alone."""
        told = {
            "title": "Trash",
            "empty": "The trash is empty.",
            "is_trash": True,
            "trash_days": int(config().trash_days),
            "has_add_permission": False,
        }
        return self.changelist_view(request, told)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Reviews go with their image. They have no right of their own that anybody could lack."""
        deleted, counts, lacking, protected = super().get_deleted_objects(objs, request)
        return deleted, counts, lacking - {Review._meta.verbose_name}, protected

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        asset = self.get_object(request, object_id)
        if asset and asset.is_trashed and self.has_view_or_change_permission(request, asset):
            return self._trashed_page(request, asset)
        return super().change_view(request, object_id, *args, **kwargs)

    def restore_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not self.has_delete_permission(request):
            raise PermissionDenied
        asset = Asset.objects.filter(pk=pk).first()
        if asset is None:
            raise Http404
        if trash.restore(pk, request.user.pk):
            self.log_change(request, asset, "Restored from the trash.")
            self.message_user(request, f"Restored: {asset}. Visitors see what they saw before.", messages.SUCCESS)
        return HttpResponseRedirect(admin_url(self.admin_site, "asset", "change", pk))

    @admin.action(permissions=["delete"], description="Move to trash: hide from visitors, can be restored")
    def trash_selected(self, request: HttpRequest, chosen: QuerySet[Any]) -> None:
        moved = [asset for asset in chosen if trash.move_to_trash(asset.pk, request.user.pk)]
        for asset in moved:
            self.log_change(request, asset, "Moved to the trash.")
        days = config().trash_days
        text = f"{_images(len(moved))} moved to the trash. They can be restored for {days} days."
        self.message_user(request, text, messages.SUCCESS)
        for name, key in Preset.objects.filter(watermark__in=moved).values_list("name", "watermark__key"):
            text = f"Images with the preset {name} are not shown until its watermark {key} is restored or replaced."
            self.message_user(request, text, messages.WARNING)

    @admin.action(permissions=["delete"], description="Restore")
    def restore_selected(self, request: HttpRequest, chosen: QuerySet[Any]) -> None:
        restored = [asset for asset in chosen if trash.restore(asset.pk, request.user.pk)]
        for asset in restored:
            self.log_change(request, asset, "Restored from the trash.")
        self.message_user(request, f"{_images(len(restored))} restored.", messages.SUCCESS)

    def _trashed_page(self, request: HttpRequest, asset: Asset) -> HttpResponse:
        urls = {name: admin_url(self.admin_site, "asset", name, asset.pk) for name in ("restore", "delete")}
        context = {
            **self.admin_site.each_context(request),
            **visibility_context(self, request, asset),
            "title": str(asset),
            "opts": self.opts,
            "media": self.media,
            "asset": asset,
            "when": moment(asset.trashed_at),
            "trash_days": int(config().trash_days),
            "may_delete": self.has_delete_permission(request, asset),
            "urls": {**urls, "trash": admin_url(self.admin_site, "asset", "trash")},
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "imagehub/admin/trashed.html", context)


def _page_of(request: HttpRequest) -> str:
    return str(getattr(request.resolver_match, "url_name", "") or "")


def _is_trash(request: HttpRequest) -> bool:
    return _page_of(request) == _TRASH


def _images(count: int) -> str:
    return "1 image was" if count == 1 else f"{count:,} images were"
