"""The part of an image's page that is about looks: it follows one that waits, and asks for one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.forms import Media
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import URLPattern, path
from django.views.decorators.http import require_POST

from assets.admin.display import admin_url, media
from assets.admin.receiving import ReceivingAdmin
from assets.admin.seen_panel import Look, look_at, panel
from assets.analysis.looking import request_analysis
from assets.analysis.scope import why_not
from assets.jobs.lifecycle import requeue_failed
from assets.models import Asset
from assets.models.named import fold
from edge.contract.cache_control import NO_STORE

#: By which the page's script asks for parts of the page in place of a redirect.
_PARTS = "imagehub-parts"


class LookingAdmin(ReceivingAdmin):
    """Shows what was seen in an image. Proposals are controls of the form: nothing is saved before the editor saves."""

    @property
    def media(self) -> Media:
        return super().media + media("seen", js="seen") + media(js="tags")

    def get_urls(self) -> list[URLPattern]:
        own = [
            path("<int:pk>/seen/", self.admin_site.admin_view(self.seen_view), name="imagehub_asset_seen"),
            path(
                "<int:pk>/look/", self.admin_site.admin_view(require_POST(self.look_view)), name="imagehub_asset_look"
            ),
        ]
        return own + super().get_urls()

    def seen_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The parts of the image's page that depend on a look, as HTML for the page's script."""
        asset = self._find(request, pk)
        if not self.has_view_permission(request, asset):
            raise PermissionDenied
        return HttpResponse(self._parts(request, asset), headers={"Cache-Control": NO_STORE})

    def look_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask for a look at the image, or for another attempt if the last one failed."""
        asset = self._find(request, pk)
        if not self.has_change_permission(request, asset):
            raise PermissionDenied
        reason, failed = why_not(asset), look_at(asset).current
        if not reason and not (failed and requeue_failed(failed)):
            request_analysis(asset.sha256)
        if request.headers.get("Accept") == f"text/html; part={_PARTS}":
            return HttpResponse(self._parts(request, asset), headers={"Cache-Control": NO_STORE})
        text = f"The image is not looked at. {reason}" if reason else "The image will be looked at."
        self.message_user(request, text, messages.WARNING if reason else messages.SUCCESS)
        return HttpResponseRedirect(admin_url(self.admin_site, "asset", "change", pk))

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        asset = context["original"]
        if asset:
            context |= self._seen(request, context["adminform"].form.look or look_at(asset))
        return super().render_change_form(request, context, *args, **kwargs)

    def _seen(self, request: HttpRequest, look: Look) -> dict[str, Any]:
        asset = look.asset
        urls = {f"{view}_url": admin_url(self.admin_site, "asset", view, asset.pk) for view in ("seen", "look")}
        return {"seen": panel(look), **urls, "may_look": self.has_change_permission(request, asset)}

    def _parts(self, request: HttpRequest, asset: Asset) -> str:
        look, may_change = look_at(asset), self.has_change_permission(request, asset)
        tags = [fold(name) for name in asset.tags.values_list("name", flat=True)]
        context = {
            **self._seen(request, look),
            "original": asset,
            "proposals": look.proposed_tags(tags) if may_change else [],
            "draft": look.alt_draft() if may_change else "",
        }
        return render_to_string("imagehub/admin/seen_parts.html", context, request)

    def _find(self, request: HttpRequest, pk: int) -> Asset:
        rows: QuerySet[Asset] = self.get_queryset(request).select_related("collection")
        found = rows.filter(pk=pk).first()
        if found is None:
            raise Http404
        return found
