"""Saving where the store may be away: the editor reads why, and what was typed is still there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import IntegrityError, OperationalError, models
from django.http import HttpRequest, HttpResponse

from edge.storage.errors import StorageUnavailable

if TYPE_CHECKING:
    _ModelAdmin = admin.ModelAdmin[models.Model]
    _ModelForm = forms.ModelForm[models.Model]
else:
    _ModelAdmin = admin.ModelAdmin
    _ModelForm = forms.ModelForm


class SavingForm(_ModelForm):
    """A form that can be told why what it holds could not be saved."""

    failure = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})

    def clean(self) -> dict[str, Any] | None:
        if self.failure:
            raise ValidationError(self.failure, code="not_saved")
        return super().clean()


class SavingAdmin(_ModelAdmin):
    """Shows the form again, with the reason, where its save was rolled back."""

    form = SavingForm

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().changeform_view(request, *args, **kwargs)
        except StorageUnavailable as error:
            request.META[_FAILURE] = (
                f"Nothing was saved, since the store of pictures is away: {error} Try again in a minute."
            )
        except FileNotFoundError as error:
            request.META[_FAILURE] = f"Nothing was saved: {error} Upload its file again."
        except OperationalError as error:
            request.META[_FAILURE] = f"Nothing was saved, since the database refuses to write: {error}."
        except IntegrityError:
            pass  # somebody was quicker by a moment; now the form itself sees what is there
        return super().changeform_view(request, *args, **kwargs)

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> type[forms.ModelForm[Any]]:
        form = super().get_form(request, *args, **kwargs)
        return type(form.__name__, (form,), {"failure": request.META.get(_FAILURE, "")})

    def get_action_choices(self, request: HttpRequest, *_: Any) -> list[tuple[str, str]]:
        return super().get_action_choices(request, [("", "Choose an action")])

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Note who did it."""
        if not change and hasattr(obj, "created_by_id"):
            obj.created_by = request.user
        obj.updated_by = request.user
        super().save_model(request, obj, form, change)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        obj.updated_by = request.user  # whom the purge will name
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> None:
        queryset.update(updated_by=request.user)
        super().delete_queryset(request, queryset)


_FAILURE = "imagehub.save_failure"
