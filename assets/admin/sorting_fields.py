"""The form fields by which an image is sorted: its collection, and its tags."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from assets.conf import config
from assets.models import Collection, Tag
from assets.models.named import by_fold, join_names, split_names

#: Of one image.
MAX_TAGS = 50


class CollectionField(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic for the stubs only
    """A collection, or none. Those whose images are looked at say so."""

    def __init__(self, **options: Any) -> None:
        rows = Collection.objects.all()
        super().__init__(
            **{"queryset": rows, "required": False, "empty_label": "No collection", "label": "Collection", **options}
        )

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj} (its images are looked at)" if obj.analysed and config().analyser else str(obj)


class TagsField(forms.CharField):
    """The names of tags, with commas between them. Two spellings of one name are one tag, the first."""

    widget = forms.TextInput(attrs={"class": "vTextField", "autocomplete": "off"})

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"required": False, "max_length": 5000, **options})

    def clean(self, value: Any) -> Any:
        """The names as they are stored, as one text. Raises `ValidationError` if one is not accepted."""
        names = [Tag.check_name(name) for name in split_names(super().clean(value))]
        if len(names) > MAX_TAGS:
            raise ValidationError(f"Use at most {MAX_TAGS} tags; these are {len(names)}.", code="too_many_tags")
        return join_names(names)

    def has_changed(self, initial: Any, data: Any) -> bool:
        before, after = (by_fold(split_names(text or "")).keys() for text in (initial, data))
        return not self.disabled and before != after
