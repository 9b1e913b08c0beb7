"""The form of a row that several people edit. It carries the values that it was made from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.http import QueryDict

from assets.admin.merging import EditConflict, Part, Values, cover, merge, merge_names, parse, plain, spell

if TYPE_CHECKING:
    _ModelForm = forms.ModelForm[models.Model]
else:
    _ModelForm = forms.ModelForm

#: The hidden input with the values that a form was made from.
MADE_FROM = "_made_from"


class EditingForm(_ModelForm):
    """A form that reports why its last save failed, and merges with what others have saved since it was made.

    Its admin sets the first class attributes for each request. A form of a ``draft`` shows it, and reports no mistake
    yet. A request without the hidden input, such as a script's, counts as made from the row as it is.
    """

    failure: ClassVar[str] = ""
    admin_site: ClassVar[admin.AdminSite] = admin.site
    draft: ClassVar[QueryDict | None] = None
    #: Fields that are merged together.
    parts: ClassVar[tuple[Part, ...]] = ()
    #: Fields of many names, of which each is merged for itself: nobody is ever asked about them.
    lists: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if self.draft is not None:
            kwargs["data"] = self.draft
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        self._loaded = {field.attname: getattr(self.instance, field.attname) for field in self._other_fields()}
        self.base = plain(self.row_values(self.instance))
        if self.is_bound and self.instance.pk:
            self.base |= {name: value for name, value in self._posted_base().items() if name in self.base}
            self.initial = {
                **self.initial,
                **{name: self.base[name] for name in self._mergeable() if self._is_plain(name)},
            }
        self.base |= {name: str(self.base[name]) for name in self.lists if name in self.base}
        if self.instance.pk:
            self.initial = {**self.initial, **{name: self.base[name] for name in self.lists if name in self.base}}

    @property
    def made_from(self) -> str:
        """The hidden input's value; empty for a new row."""
        return spell(self.base) if self.instance.pk else ""

    def row_values(self, row: Any) -> Values:
        """The values of ``row`` in this form's fields."""
        return {name: row.serializable_value(name) for name in self._mergeable()}

    def my_values(self) -> Values:
        """The values that this form would save."""
        return self.row_values(self.instance)

    def reconcile(self, row: Any) -> None:
        """Take from the locked ``row`` what only others have changed. Raises `EditConflict` if I have to choose."""
        if row is None:
            raise EditConflict(self, None, merge((), (), {}, {}, {}))
        labels = {name: str(self.fields[name].label) for name in self._mergeable()}
        mine, theirs = plain(self.my_values()), plain(self.row_values(row))
        found = merge(cover(self.parts, labels), set(self.changed_data), self.base, mine, theirs)
        if found.questions:
            raise EditConflict(self, row, found)
        taken = [name for part in found.theirs for name in part.fields if name in labels and self._is_plain(name)]
        for name in [*taken, *self._unchanged_others()]:
            setattr(self.instance, name, getattr(row, name))

    def merged_lists(self, row: Any) -> Values:
        """The `lists` as they are once this form is saved over ``row``."""
        mine, theirs = self.my_values(), self.row_values(row)
        return {name: merge_names(self.base[name], mine[name], theirs[name]) for name in self.lists if name in theirs}

    def full_clean(self) -> None:
        if self.draft is None:
            super().full_clean()
        else:
            self._errors, self.cleaned_data = forms.utils.ErrorDict(), {}

    def clean(self) -> dict[str, Any] | None:
        if self.failure:
            raise ValidationError(self.failure, code="not_saved")
        return super().clean()

    def _posted_base(self) -> dict[str, Any]:
        return parse(str(self.data.get(MADE_FROM, "")))

    def _mergeable(self) -> list[str]:
        """This form's fields that are the row's too."""
        columns = {field.name for field in self.instance._meta.concrete_fields}
        return [name for name in self.fields if name in columns]

    def _is_plain(self, name: str) -> bool:
        return not isinstance(self.instance._meta.get_field(name), models.FileField)

    def _other_fields(self) -> list[Any]:
        fields = self.instance._meta.concrete_fields
        return [field for field in fields if field.name not in self.fields and not field.primary_key]

    def _unchanged_others(self) -> list[str]:
        """Columns that the form does not show and this request has not set: somebody else may have."""
        loaded = {name: value for name, value in self._loaded.items() if name != "updated_by_id"}
        return [name for name, value in loaded.items() if getattr(self.instance, name) == value]
