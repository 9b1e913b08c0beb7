"""The picture's form."""

from __future__ import annotations

from typing import Any, ClassVar, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.urls import reverse
from django.utils.html import format_html

from assets.admin.saving import SavingForm
from assets.examination import HEIC_EXTENSIONS, ConvertedPhoto, convert_if_heic, examine
from assets.fields import validate_key
from assets.models import Asset, ManifestState
from edge.contract import formats
from edge.contract.policy import load_policy

_ACCEPT = ",".join(
    [*(each.content_type for each in (*formats.SOURCES, formats.HEIC)), "image/heif"]
    + [f".{name}" for each in formats.SOURCES for name in each.extensions]
    + [f".{name}" for name in HEIC_EXTENSIONS]
)


class OriginalInput(forms.FileInput):
    """A file input where a file can also be dropped. It never links what is there already."""

    template_name = "imagehub/widgets/original_input.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["limit"] = f"{load_policy().max_source_bytes / (1 << 20):g} MB"
        context["replaces"] = bool(value)
        return context


class AssetForm(SavingForm):
    """A picture. Without a key it takes the file's name; with a folder alone, the file's name in that folder."""

    #: Compared with what the editor saw, so that an older page does not take back what somebody chose since.
    fallback = forms.BooleanField(
        label="Show it where another picture is missing or damaged", required=False, show_hidden_initial=True
    )

    class Meta:
        model = Asset
        fields = ("original", "key", "title", "alt_text", "decorative", "focal_x", "focal_y")
        widgets: ClassVar[dict[str, forms.Widget]] = {
            "original": OriginalInput(attrs={"accept": _ACCEPT}),
            "key": forms.TextInput(attrs={"class": "vTextField", "placeholder": "from the file's name"}),
            "alt_text": forms.Textarea(attrs={"class": "vLargeTextField", "rows": 2}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if key := self.fields.get("key"):
            key.required = False
            key.help_text = "The public path, such as photos/beach.jpg; photos/ puts the file there under its own name."
        for name, label in (("focal_x", "From the left, ‰"), ("focal_y", "From the top, ‰")):
            if focal := self.fields.get(name):
                focal.label, focal.help_text = label, "0 to 1000"
        if fallback := self.fields.get("fallback"):
            current = ManifestState.objects.values_list("fallback_key", flat=True).first()
            fallback.initial = bool(current) and current == cast("Asset", self.instance).key
            fallback.help_text = f"Now that is {current}." if current else "Now there is none."
        if original := self.fields.get("original"):
            original.label = "File"
            original.error_messages["required"] = "Choose the picture's file."
            original.error_messages["empty"] = "The file is empty. Save or download it anew and upload that."

    def full_clean(self) -> None:
        """Browsers send a file once: who has to mend another field has to choose it again, and is told so."""
        super().full_clean()
        if self.is_bound and self.errors and self.files.get("original") and "original" not in self.errors:
            self.add_error("original", "Nothing is wrong with the file, but it was not kept: choose it again.")

    def clean_original(self) -> Any:
        """The file; what is made of it where it is a HEIC photo."""
        file = self.cleaned_data["original"]
        if not isinstance(file, UploadedFile):
            return file
        key = cast("Asset", self.instance).key or str(self.data.get(self.add_prefix("key"), ""))
        return convert_if_heic(file, key)

    def clean(self) -> dict[str, Any] | None:
        if "key" in self.cleaned_data:
            self._clean_key()
        return super().clean()

    def _clean_key(self) -> None:
        key = self.cleaned_data["key"]
        if not key or key.endswith("/"):
            file = self.cleaned_data.get("original")
            if not file:
                return
            key += file.name
        file = self.cleaned_data.get("original")
        key = file.rename(key) if isinstance(file, ConvertedPhoto) else key
        try:
            validate_key(key)
            self._check_free(key)
        except ValidationError as error:
            self.add_error("key", error)
            self._examine_for(key)
        else:
            self.cleaned_data["key"] = key

    def _examine_for(self, key: str) -> None:
        """What is no picture seldom has a picture's name: then it is the file that something must be said of."""
        try:
            if file := self.cleaned_data.get("original"):
                examine(file, key)
        except ValidationError as error:
            self.add_error("original", error)

    @staticmethod
    def _check_free(key: str) -> None:
        if there := Asset.objects.filter(key=key).first():
            url = reverse("admin:imagehub_asset_change", args=[there.pk])
            message = format_html(
                'There is a picture of this key already: <a href="{}">{}</a>. Open it to replace its file, '
                "or give this one another key.",
                url,
                there.key,
            )
            raise ValidationError(message, code="unique")
