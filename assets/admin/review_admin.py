"""Reviews in the admin: the list of what waits and what was decided, and the pages to decide on."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import router, transaction
from django.forms import Media
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST, require_safe

from assets.admin import review_words as words
from assets.admin.display import admin_url, media, moment
from assets.admin.lists import ReadOnlyAdmin
from assets.admin.review_filters import DecidedBy, Decision, FlaggedFor, Waiting
from assets.admin.review_page import needs_reason, page_context, what_changed
from assets.admin.review_picture import picture_response
from assets.admin.review_queue import next_image, waiting
from assets.models import Asset, Review
from assets.models.review import MAX_WHY
from assets.reviews import CannotUndo, OutdatedReview, decide, latest_review, undo

REVIEW = "imagehub.review_asset"
_PAGE = "imagehub/admin/review.html"


@admin.register(Review)
class ReviewAdmin(ReadOnlyAdmin):
    """For users with the right to review, who may decide about all images. Nobody adds, changes or deletes a review."""

    empty = "No image has been flagged, blurred or withheld yet."
    list_display = ("image", "flagged_for", "decision_badge", "decided")
    list_filter = (Waiting, Decision, FlaggedFor, DecidedBy)
    list_select_related = ("asset", "decided_by")
    list_per_page = 50
    search_fields = ("asset__key", "asset__title", "label_names", "why")
    search_help_text = "Search keys, titles, labels and reasons"
    show_facets = admin.ShowFacets.NEVER
    change_list_template = "imagehub/admin/review_list.html"

    @property
    def media(self) -> Media:
        return super().media + media("list", "form", "review", js="review")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(REVIEW)

    def has_view_permission(self, request: HttpRequest, _obj: Any = None) -> bool:
        return request.user.has_perm(REVIEW)

    def get_urls(self) -> list[URLPattern]:
        pages = {
            "queue": ("queue/", require_safe(self.queue_view)),
            "image": ("image/<int:pk>/", require_safe(self.image_view)),
            "picture": ("image/<int:pk>/picture/", require_safe(self.picture_view)),
            "decide": ("image/<int:pk>/decide/", require_POST(self.decide_view)),
            "undo": ("<int:pk>/undo/", require_POST(self.undo_view)),
        }
        own = [
            path(route, self.admin_site.admin_view(self._for_reviewers(view)), name=f"imagehub_review_{name}")
            for name, (route, view) in pages.items()
        ]
        return own + super().get_urls()

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        context = {"waiting": waiting().count(), "queue_url": self._url("queue")}
        return super().changelist_view(request, {**context, **(extra_context or {})})

    def change_view(self, request: HttpRequest, object_id: str, *_: Any, **__: Any) -> HttpResponse:
        review = self.get_object(request, object_id) if self.has_view_permission(request) else None
        if review is None:
            raise Http404
        return HttpResponseRedirect(self._url("image", review.asset_id))

    def queue_view(self, request: HttpRequest) -> HttpResponse:
        """The oldest review that waits, or the end of the queue."""
        if pk := next_image():
            return HttpResponseRedirect(self._url("image", pk))
        context = {
            **self.admin_site.each_context(request),
            "title": "Nothing to review",
            "opts": self.opts,
            "media": self.media,
            "undoable": self._undoable(request),
            "list_url": self._url("changelist"),
        }
        return self._render(request, "imagehub/admin/review_done.html", context)

    def image_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._page(request, self._asset(pk))

    def picture_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return picture_response(self._asset(pk), clear="clear" in request.GET)

    def decide_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        asset = Asset.objects.filter(pk=pk).first()
        if asset is None:
            self.message_user(request, "The image was deleted. Nothing was decided.", messages.WARNING)
            return HttpResponseRedirect(self._url("queue"))
        decision, why, latest = request.POST.get("decision", ""), _why(request), latest_review(asset)
        if decision not in words.BUTTONS:
            return self._page(request, asset, why=why, problem="Choose what visitors should see.")
        if needs_reason(decision, latest) and not why:
            return self._page(request, asset, why=why, problem="Say why: no label gives a reason.")
        try:
            with transaction.atomic(router.db_for_write(Asset)):
                review = decide(pk, decision, user_id=request.user.pk, why=why, seen=request.POST.get("seen", ""))
                self._log(request, review)
        except OutdatedReview:
            return self._too_late(request, pk, decision, why)
        except Asset.DoesNotExist:
            return self.decide_view(request, pk)
        return self._go_on(request, review, was_waiting=bool(latest and latest.is_open))

    def undo_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        try:
            with transaction.atomic(router.db_for_write(Asset)):
                review = undo(pk, user_id=request.user.pk)
                self.log_change(request, review.asset, "The last decision about what visitors see was undone.")
        except Review.DoesNotExist:
            self.message_user(request, "There is nothing to undo.", messages.WARNING)
            return HttpResponseRedirect(self._url("queue"))
        except CannotUndo as error:
            asset_pk = Review.objects.values_list("asset_id", flat=True).get(pk=pk)
            self.message_user(request, f"Nothing was undone. {error}", messages.WARNING)
            return HttpResponseRedirect(self._url("image", asset_pk))
        self.message_user(request, f"Undone: {review.asset}. {words.seen_by_visitors(review.asset)}")
        return HttpResponseRedirect(self._url("image", review.asset_id))

    @admin.display(description="Image", ordering="asset__key")
    def image(self, review: Review) -> SafeString:
        text = '<strong class="imagehub-name">{}</strong><span class="imagehub-key">{}</span>'
        return format_html(text, review.asset.title or review.asset.key.rpartition("/")[2], review.asset.key)

    @admin.display(description="Flagged for")
    def flagged_for(self, review: Review) -> str:
        found = [f"{each.name} ({each.certainty})" for each in words.label_texts(review.labels[:2])]
        more = f" and {len(review.labels) - 2} more" if len(review.labels) > 2 else ""
        return ", ".join(found) + more if found else "Decided by hand"

    @admin.display(description="Decision", ordering="state")
    def decision_badge(self, review: Review) -> SafeString:
        (entry,) = words.history([review])
        badge = '<span class="imagehub-badge" data-tone="{}">{}</span> <span class="imagehub-clamp">{}</span>'
        return format_html(badge, entry.tone, entry.title, review.why)

    @admin.display(description="Decided", ordering="decided_at")
    def decided(self, review: Review) -> SafeString | str:
        if review.is_open:
            return format_html('<span class="imagehub-quiet">flagged {}</span>', moment(review.created_at))
        text = '<span class="imagehub-nowrap">{}</span> <span class="imagehub-second-line">by {}</span>'
        return format_html(text, moment(review.decided_at), words.who(review))

    def _for_reviewers(self, view: Any) -> Any:
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not self.has_view_permission(request):
                raise PermissionDenied
            response: HttpResponse = view(request, *args, **kwargs)
            return response

        return checked

    def _asset(self, pk: int) -> Asset:
        asset = Asset.objects.select_related("trashed_by").filter(pk=pk).first()
        if asset is None:
            raise Http404
        return asset

    def _page(self, request: HttpRequest, asset: Asset, **told: str) -> HttpResponse:
        context = {**page_context(self, request, asset, **told), "undoable": self._undoable(request)}
        return self._render(request, _PAGE, context)

    def _render(self, request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
        request.current_app = self.admin_site.name
        return TemplateResponse(request, template, context)

    def _too_late(self, request: HttpRequest, pk: int, decision: str, why: str) -> HttpResponse:
        """Somebody was faster. A form that was sent twice has done what it should."""
        asset = self._asset(pk)
        latest = latest_review(asset)
        mine = latest and (latest.decided_by_id, latest.decision, latest.why) == (request.user.pk, decision, why)
        if latest and mine:
            return self._go_on(request, latest, was_waiting=bool(latest.labels))
        told = what_changed(asset, latest, f"“{words.BUTTONS[decision][0]}”")
        return self._page(request, asset, why=why, conflict=told)

    def _go_on(self, request: HttpRequest, review: Review, *, was_waiting: bool) -> HttpResponse:
        """To the next image of the queue, or back to the image's own page."""
        if was_waiting:
            pk = next_image(review.pk)
            url = self._url("image", pk) if pk else self._url("queue")
            return HttpResponseRedirect(f"{url}?decided={review.pk}")
        url = admin_url(self.admin_site, "asset", "change", review.asset_id)
        may_view = url and request.user.has_perm("imagehub.view_asset")
        return HttpResponseRedirect(url if may_view else f"{self._url('image', review.asset_id)}?decided={review.pk}")

    def _undoable(self, request: HttpRequest) -> dict[str, Any] | None:
        """The decision that this user has just made, for the bar with the button that takes it back."""
        pk = request.GET.get("decided", "")
        rows = Review.objects.filter(decided_by=request.user.pk, state=Review.State.DECIDED).select_related("asset")
        review = rows.filter(pk=int(pk)).first() if pk.isdecimal() and len(pk) < 19 else None
        if review is None:
            return None
        text = f"{review.asset} was {words.decided(review.decision)}."
        return {"text": text, "url": self._url("undo", review.pk), "image_url": self._url("image", review.asset_id)}

    def _log(self, request: HttpRequest, review: Review) -> None:
        why = f" Reason: {review.why}" if review.why else ""
        self.log_change(request, review.asset, f"Reviewed: {words.decided(review.decision)}.{why}")

    def _url(self, view: str, *args: object) -> str:
        return admin_url(self.admin_site, "review", view, *args)


def _why(request: HttpRequest) -> str:
    return request.POST.get("why", "").replace("\0", "").strip()[:MAX_WHY]
