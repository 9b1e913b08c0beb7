"""Collections in the admin, and whether their images are looked at."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST

from assets.admin.display import admin_url
from assets.admin.named_admin import NamedAdmin
from assets.analysis import bulk_look
from assets.analysis.bulk_look import BulkLook
from assets.conf import config
from assets.models import Collection

_ANALYSE = "imagehub.analyse_collection"
_NONE = "No collection is analysed, so no image is looked at. Open a collection to switch it on."
#: What a page asks for. For more there is a command, which is not bound to a request's time.
MOST = 50_000
#: Of one request. The sweep sends those for the other files.
_MESSAGES = 1000


@admin.register(Collection)
class CollectionAdmin(NamedAdmin):
    """Manage collections. Switching on that images are looked at takes a right of its own."""

    change_form_template = "admin/imagehub/collection/change_form.html"
    empty = "No collections yet. A collection brings images together, and decides whether they are looked at."
    list_display = ("name", "images", "looking", "changed")
    list_filter = ("analysed",)
    show_facets = admin.ShowFacets.NEVER
    fields = ("name", "analysed")
    parameter = field = "collection"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.look_view))
        return [path("<int:pk>/look/", view, name="imagehub_collection_look"), *super().get_urls()]

    def get_readonly_fields(self, request: HttpRequest, _obj: Any = None) -> tuple[str, ...]:
        return () if request.user.has_perm(_ANALYSE) else ("analysed",)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if request.method == "GET" and config().analyser and not Collection.objects.filter(analysed=True).exists():
            self.message_user(request, _NONE, messages.WARNING)
        return super().changelist_view(request, extra_context)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        row = context["original"]
        context["analyser"] = config().analyser
        if row and row.analysed:
            context |= {"planned": bulk_look.plan(row), "may_look": request.user.has_perm(_ANALYSE), "most": MOST}
        return super().render_change_form(request, context, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if "analysed" not in form.changed_data:
            return
        if not obj.analysed:
            self.message_user(request, f"The images of {obj} are not looked at any more. What was seen stays.")
        elif len(bulk_look.plan(obj)):
            url = admin_url(self.admin_site, "collection", "change", obj.pk)
            text = 'New images of {} are looked at. Those in it already are not: <a href="{}">see how many</a>.'
            self.message_user(request, format_html(text, obj, f"{url}#imagehub-looking"), messages.WARNING)

    def look_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Have the collection's images looked at, as many as its page has said."""
        row = self.get_queryset(request).filter(pk=pk).first()
        if row is None:
            raise Http404
        if not (self.has_view_permission(request, row) and request.user.has_perm(_ANALYSE)):
            raise PermissionDenied
        level, text = self._look(row, request.POST.get("expected", ""))
        self.message_user(request, text, level)
        return HttpResponseRedirect(admin_url(self.admin_site, "collection", "change", pk))

    def _look(self, row: Any, expected: str) -> tuple[int, str]:
        planned = bulk_look.plan(row)
        if not len(planned):
            return messages.WARNING, "There is nothing left to look at."
        if not (expected.isascii() and expected.isdigit() and len(planned) <= min(int(expected[:9]), MOST)):
            return messages.WARNING, "There is more to look at now than this page said. Check it and ask again."
        for _ in planned.request(_MESSAGES):
            pass
        return messages.SUCCESS, f"{_files(planned)} will be looked at."

    @admin.display(description="Looked at", ordering="analysed")
    def looking(self, row: Any) -> SafeString:
        tone, text = ("done", "looked at") if row.analysed else ("quiet", "not looked at")
        return format_html('<span class="imagehub-badge" data-tone="{}">{}</span>', tone, text)


def _files(planned: BulkLook) -> str:
    return "1 file" if len(planned) == 1 else f"{len(planned):,} files"
