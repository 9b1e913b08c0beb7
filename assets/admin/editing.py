"""What the admins of images and presets share: after a failed save, the form keeps what was typed and says why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import IntegrityError, OperationalError, models
from django.http import HttpRequest, HttpResponse

from assets.admin.known_rows import KnownRowsAdmin
from edge.storage.errors import StorageUnavailable

if TYPE_CHECKING:
    _ModelForm = forms.ModelForm[models.Model]
else:
    _ModelForm = forms.ModelForm

_FAILURE = "imagehub.save_failure"


class EditingForm(_ModelForm):
    """A form that reports why its last save failed. Its admin sets the class attributes for each request."""

    failure: ClassVar[str] = ""
    admin_site: ClassVar[admin.AdminSite] = admin.site

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})

    def clean(self) -> dict[str, Any] | None:
        if self.failure:
            raise ValidationError(self.failure, code="not_saved")
        return super().clean()


class EditingAdmin(KnownRowsAdmin):
    """Records who changed a row, and shows the form again with the reason if its save was rolled back."""

    form = EditingForm

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().changeform_view(request, *args, **kwargs)
        except StorageUnavailable as error:
            request.META[_FAILURE] = f"Nothing was saved: image storage is unavailable. {error} Try again in a minute."
        except FileNotFoundError as error:
            request.META[_FAILURE] = f"Nothing was saved: {error} Upload the file again."
        except OperationalError as error:
            request.META[_FAILURE] = f"Nothing was saved: the database reported {error}. Try again in a minute."
        except IntegrityError:
            pass  # another request was faster; this time the form's own validation sees its row
        return super().changeform_view(request, *args, **kwargs)

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> type[forms.ModelForm[Any]]:
        form = super().get_form(request, *args, **kwargs)
        attributes = {"failure": request.META.get(_FAILURE, ""), "admin_site": self.admin_site}
        return type(form.__name__, (form,), attributes)

    def get_action_choices(self, request: HttpRequest, *_: Any) -> list[tuple[str, str]]:
        return super().get_action_choices(request, [("", "Choose an action")])

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        if context["original"]:
            context |= {"title": str(context["original"]), "subtitle": None}
        return super().render_change_form(request, context, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change and hasattr(obj, "created_by_id"):
            obj.created_by = request.user
        obj.updated_by = request.user
        super().save_model(request, obj, form, change)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        obj.updated_by = request.user  # the purge names this user
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> None:
        queryset.update(updated_by=request.user)
        super().delete_queryset(request, queryset)
