"""The form controls that carry what an analyser proposes. Without a script they work as they stand."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from assets.admin.sorting_fields import TagsField
from assets.models import Tag

#: More than a page proposes, and fewer than would keep the database busy.
_MOST = 100


class NamesField(forms.MultipleChoiceField):
    """The chosen ones of some proposed names. One that is proposed no longer is a name like any other."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"required": False, "widget": forms.MultipleHiddenInput, **options})

    def valid_value(self, value: str) -> bool:
        try:
            return bool(Tag.check_name(value))
        except ValidationError:
            return False

    def validate(self, value: Any) -> None:
        if len(value) > _MOST:
            raise ValidationError(f"At most {_MOST} names can be chosen at once.", code="too_many_names")
        super().validate(value)


class ProposingTagsInput(forms.TextInput):
    """The tags, and below them those that are proposed."""

    template_name = "imagehub/widgets/tags_input.html"
    proposals: tuple[str, ...] = ()
    accepted: frozenset[str] = frozenset()
    dismissed: frozenset[str] = frozenset()

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        mine = {"proposals": self.proposals, "accepted": self.accepted, "dismissed": self.dismissed}
        return {**super().get_context(name, value, attrs), **mine}


class AltTextInput(forms.Textarea):
    """The alternative text, and below it a draft."""

    template_name = "imagehub/widgets/alt_text_input.html"
    draft = ""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        return {**super().get_context(name, value, attrs), "draft": self.draft}


class ProposingTagsField(TagsField):
    widget = ProposingTagsInput(attrs={"class": "vTextField", "autocomplete": "off"})
