"""The file of an image form: received within limits, examined before a transaction begins, kept if nothing is saved."""

from __future__ import annotations

from time import perf_counter
from typing import Any, NamedTuple

from django.contrib.admin.utils import unquote
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path

from assets import kept_uploads
from assets.admin.conflict import KEPT
from assets.admin.display import admin_url
from assets.admin.editing import STORAGE_FAILED
from assets.admin.merging import EditConflict
from assets.admin.returning import ReturningAdmin
from assets.examination import convert_if_heic, examine, shown_type
from assets.kept_uploads import KeptUpload
from assets.signals import upload_examined
from assets.uploads import RefusedUpload, limit_upload
from edge.contract.cache_control import NO_STORE
from edge.storage.errors import StorageUnavailable

FIELD = "original"
_RECEIVED = "imagehub.received"
_GONE = "The file was kept for a day and is gone. Choose it again."
_NOT_KEPT = "The file could not be kept. Choose it again."


class Kept(NamedTuple):
    """A kept file as the form shows it; ``url`` is its preview, empty if browsers cannot show the file."""

    input: str
    id: str
    name: str
    url: str


class ReceivingAdmin(ReturningAdmin):
    """The admin of a model with one file, `FIELD`."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.kept_view)
        return [path("kept/<str:kept_id>/", view, name="imagehub_asset_kept"), *super().get_urls()]

    def kept_view(self, request: HttpRequest, kept_id: str) -> HttpResponse:
        """The bytes of a kept file, for its own session, if browsers can show them."""
        file = kept_uploads.find(request.session, request.user.pk, kept_id)
        if not file or not file.content_type:
            raise Http404
        headers = {
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": NO_STORE,
        }
        return HttpResponse(file.read(), content_type=file.content_type, headers=headers)

    def prepare(self, request: HttpRequest) -> None:
        limit_upload(request)

    def keep_files(self, request: HttpRequest, user_id: object) -> dict[str, str]:
        file = request.FILES.get(FIELD)
        if not file or isinstance(file, RefusedUpload):
            return {}
        try:
            return {KEPT + FIELD: kept_uploads.keep(request.session, user_id, file, shown_type(file))}
        except StorageUnavailable:
            return {}

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        response = super().changeform_view(request, object_id, *args, **kwargs)
        self._settle(request, response)
        return response

    def render_conflict(self, request: HttpRequest, found: EditConflict) -> HttpResponse:
        posted = request.POST.copy()
        for name, value in self._keep(request, found.form).items():
            posted[name] = value
            self._show(request, found.form, value)
        request.POST = posted  # type: ignore[assignment]  # the stubs want an immutable one
        return super().render_conflict(request, found)

    def receive(self, request: HttpRequest, object_id: str | None) -> None:
        """Decode the file, which may take seconds."""
        if not (self.has_change_permission(request) if object_id else self.has_add_permission(request)):
            return
        file: Any = request.FILES.get(FIELD) or self._find_kept(request)
        if not file or not file.size:
            return
        received: Any = request.FILES
        received[FIELD] = file
        stored: Any = self.get_object(request, unquote(object_id)) if object_id else None
        started = perf_counter()
        try:
            converted = convert_if_heic(file, stored.key if stored else request.POST.get("key", ""))
            examine(converted)
            received[FIELD], request.META[_RECEIVED] = converted, file
        except ValidationError as error:
            received[FIELD] = RefusedUpload(file.name, file.size, error)
        accepted = not isinstance(received[FIELD], RefusedUpload)
        upload_examined.send(type(self), seconds=perf_counter() - started, accepted=accepted)

    def _find_kept(self, request: HttpRequest) -> Any:
        kept_id = request.POST.get(KEPT + FIELD)
        if not kept_id:
            return None
        try:
            found = kept_uploads.find(request.session, request.user.pk, kept_id)
        except StorageUnavailable as error:
            return RefusedUpload("file", 1, ValidationError(f"{_NOT_KEPT} {error}"))
        return found or RefusedUpload("file", 1, ValidationError(_GONE))

    def _settle(self, request: HttpRequest, response: HttpResponse) -> None:
        """Show the kept file in a form that was not saved, and delete it once it is saved or refused."""
        context = getattr(response, "context_data", None) or {}
        adminform, file = context.get("adminform"), request.META.get(_RECEIVED)
        if adminform and adminform.form.is_bound:
            kept = self._keep(request, adminform.form)
            if kept_id := kept.get(KEPT + FIELD):
                self._show(request, adminform.form, kept_id)
        elif isinstance(file, KeptUpload) and "questions" not in context and request.method == "POST":
            kept_uploads.forget(request.session, file.kept_id)

    def _keep(self, request: HttpRequest, form: Any) -> dict[str, str]:
        file = request.META.get(_RECEIVED)
        if not file:
            return {KEPT + FIELD: form.data[KEPT + FIELD]} if form.data.get(KEPT + FIELD) else {}
        try:
            if not request.META.get(STORAGE_FAILED):
                kept_id = kept_uploads.keep(request.session, request.user.pk, file, shown_type(file))
                return {KEPT + FIELD: kept_id}
        except StorageUnavailable:
            pass
        form.add_error(FIELD, _NOT_KEPT)
        return {}

    def _show(self, request: HttpRequest, form: Any, kept_id: str) -> None:
        name, kind = kept_uploads.name_and_type(request.session, kept_id)
        url = admin_url(self.admin_site, "asset", "kept", kept_id) if kind else ""
        if name and FIELD in form.fields:
            form.kept = form.fields[FIELD].widget.kept = Kept(KEPT + FIELD, kept_id, name, url)
