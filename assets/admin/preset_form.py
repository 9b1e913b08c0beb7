"""The form of a preset, which names its watermark by the key of an image."""

from __future__ import annotations

import re
from typing import Any

from django import forms

from assets.admin.editing_form import EditingForm
from assets.admin.merging import Part
from assets.models import Asset
from assets.models.rows import primary

WATERMARK_DETAILS = ("watermark_corner", "watermark_size", "watermark_margin", "watermark_opacity")
#: What a conflict's page sends back.
_PRIMARY_KEY = re.compile(r"[0-9]{1,18}")


class WatermarkField(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic for the stubs only
    """An image by its key, since a list of all of them has no end. A number is a primary key: no key is one."""

    widget = forms.TextInput(
        attrs={"class": "vTextField", "placeholder": "brand/logo.png", "autocomplete": "off", "spellcheck": "false"}
    )

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"queryset": Asset.objects.all(), "to_field_name": "key", "required": False, **options})

    def prepare_value(self, value: Any) -> Any:
        """The key, also of an initial value, which is a primary key."""
        if isinstance(value, int):
            return primary(Asset).filter(pk=value).values_list("key", flat=True).first() or ""
        return super().prepare_value(value)

    def to_python(self, value: Any) -> Any:
        text = str(value).strip() if isinstance(value, str | int) else value
        if isinstance(text, str) and _PRIMARY_KEY.fullmatch(text):
            text = self.prepare_value(int(text)) or text
        return super().to_python(text)


class PresetForm(EditingForm):
    watermark = WatermarkField(
        label="Image",
        help_text="The key of an image of the library. Its transparent parts stay so. Empty: no watermark.",
        error_messages={"invalid_choice": "There is no image with this key. The list of images shows their keys."},
    )
    parts = (Part("Size", ("width", "height")), Part("Watermark", ("watermark", *WATERMARK_DETAILS)))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """A script's request need not have the details of a watermark; their defaults, or the row's, then stay."""
        super().__init__(*args, **kwargs)
        for name in WATERMARK_DETAILS:
            if field := self.fields.get(name):
                field.required = False

    def clean(self) -> dict[str, Any] | None:
        found = super().clean()
        sent = [name for name in WATERMARK_DETAILS if self.add_prefix(name) in self.data and name not in self.errors]
        for name in sent:
            if self.cleaned_data.get(name) in ("", None):
                self.add_error(name, self.fields[name].error_messages["required"])
        return found
