"""What the admins of images and presets share: no typed work is lost, and none of a colleague's is overwritten."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, OperationalError, models
from django.forms import Media, ModelForm
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_protect

from assets.admin import conflict
from assets.admin.deleting import DeletingAdmin
from assets.admin.display import media
from assets.admin.editing_form import EditingForm
from assets.admin.merging import EditConflict
from assets.models.rows import comparing
from edge.storage.errors import StorageUnavailable

_FAILURE = "imagehub.save_failure"
#: Set in ``request.META`` once storage has failed: one failure, which may take seconds, is enough for a request.
STORAGE_FAILED = "imagehub.storage_failed"


class EditingAdmin(DeletingAdmin):
    """Records who changed a row, and shows the form again with the reason if its save was rolled back.

    If somebody else has changed the row since the form was made, the editor chooses: see `assets.admin.conflict`.
    """

    form = EditingForm

    @property
    def media(self) -> Media:
        return super().media + media("form", js="unsaved")

    @method_decorator(csrf_protect)  # Django's own check comes after `receive`
    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        conflict.apply_choices(request)
        self.receive(request, object_id)
        try:
            return super().changeform_view(request, object_id, *args, **kwargs)
        except EditConflict as found:
            return self.render_conflict(request, found)
        except StorageUnavailable as error:
            request.META[STORAGE_FAILED] = True
            request.META[_FAILURE] = f"Nothing was saved: image storage is unavailable. {error} Try again in a minute."
        except FileNotFoundError as error:
            request.META[_FAILURE] = f"Nothing was saved: {error} Upload the file again."
        except OperationalError as error:
            request.META[_FAILURE] = f"Nothing was saved: the database reported {error}. Try again in a minute."
        except IntegrityError:
            return self._validate_again(request, object_id, *args, **kwargs)
        return super().changeform_view(request, object_id, *args, **kwargs)

    def _validate_again(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """If another request was faster, the form's own validation sees its row this time. If not, say what failed."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except IntegrityError as error:
            request.META[_FAILURE] = f"Nothing was saved: the database reported {error}."
        return super().changeform_view(request, *args, **kwargs)

    def receive(self, request: HttpRequest, object_id: str | None) -> None:
        """Called before Django starts the request's transaction, which in SQLite blocks all other writers."""

    def render_conflict(self, request: HttpRequest, found: EditConflict) -> HttpResponse:
        """The page on which the second of two editors chooses."""
        return conflict.render(self, request, found, self.draw(found))

    def draw(self, found: EditConflict) -> conflict.Draw:
        """Pictures for that page."""
        del found
        return lambda _part, _mine: None

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> type[ModelForm[Any]]:
        form = super().get_form(request, *args, **kwargs)
        attributes = {"failure": request.META.get(_FAILURE, ""), "admin_site": self.admin_site}
        return type(form.__name__, (form,), attributes)

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
        if not change:
            super().save_model(request, obj, form, change)
            return
        with comparing(obj, form.reconcile):
            super().save_model(request, obj, form, change)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        obj.updated_by = request.user  # the purge names this user
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> None:
        queryset.update(updated_by=request.user)
        super().delete_queryset(request, queryset)
