"""An id that names no row is answered with 404 and a way back, in addresses and in lists of chosen rows alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from assets.admin.display import admin_url

if TYPE_CHECKING:
    _ModelAdmin = admin.ModelAdmin[Any]
else:
    _ModelAdmin = admin.ModelAdmin


class KnownRowsAdmin(_ModelAdmin):
    """Django redirects to the admin's first page if a row is missing, and fails if a chosen id is not a number."""

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        for chosen in request.POST.getlist(ACTION_CHECKBOX_NAME):
            if not self._can_be_id(chosen):
                return self._not_found(request)
        return super().changelist_view(request, extra_context)

    def _can_be_id(self, text: str) -> bool:
        pk = self.opts.pk
        try:
            pk.run_validators(pk.to_python(text))  # a number too large for its column is refused here
        except ValidationError:
            return False
        return True

    # https://github.com/django/django/blob/stable/5.2.x/django/contrib/admin/options.py
    # Three views of Django's call this where the row is missing.
    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, *_: Any) -> HttpResponse:
        return self._not_found(request)

    def _typed(self, request: HttpRequest) -> list[tuple[str, str]]:
        """What a form for the missing row contains, so that it is not lost."""
        fields = [(field, request.POST.get(field.name, "")) for field in self.opts.fields]
        return [(str(field.verbose_name), value) for field, value in fields if value]

    def _not_found(self, request: HttpRequest) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": f"There is no such {self.opts.verbose_name}",
            "opts": self.opts,
            "media": self.media,
            "typed": self._typed(request),
            "list_url": admin_url(self.admin_site, str(self.opts.model_name), "changelist"),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "imagehub/admin/not_found.html", context, status=404)
