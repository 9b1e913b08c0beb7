"""The form of an image."""

from __future__ import annotations

from typing import Any, ClassVar, cast

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.html import format_html

from assets.admin.display import admin_url
from assets.admin.merging import Part, Values
from assets.admin.proposal_fields import AltTextInput
from assets.admin.sorting_fields import CollectionField
from assets.admin.tagging_form import TaggingForm
from assets.examination import HEIC_EXTENSIONS, ConvertedPhoto, convert_if_heic, examine
from assets.fields import validate_key
from assets.models import Asset, ManifestState
from assets.uploads import RefusedUpload
from edge.contract import formats
from edge.contract.policy import load_policy

_ACCEPT = ",".join(
    [*(each.content_type for each in (*formats.SOURCES, formats.HEIC)), "image/heif"]
    + [f".{name}" for each in formats.SOURCES for name in each.extensions]
    + [f".{name}" for name in HEIC_EXTENSIONS]
)


class OriginalInput(forms.FileInput):
    """A file input that files can also be dropped on. It never links the current original."""

    template_name = "imagehub/widgets/original_input.html"
    kept: Any = None

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        limit = f"{load_policy().max_source_bytes / (1 << 20):g} MB"
        return {
            **context,
            "accepted": f"{formats.HEIC.label}, {formats.labels('or')}, at most {limit}",
            "replaces": bool(value),
            "kept": self.kept,
        }


class AssetForm(TaggingForm):
    """An image. An empty key becomes the file's name; a key that ends in a slash is a folder for the file."""

    collection = CollectionField()
    # The hidden initial value tells an editor's choice from an outdated page.
    fallback = forms.BooleanField(
        label="Show this image where another one is missing or damaged", required=False, show_hidden_initial=True
    )

    parts = (
        Part("File", ("original",)),
        Part("Alternative text", ("alt_text", "decorative"), about="original"),
        Part("Focal point", ("focal_x", "focal_y"), about="original"),
    )
    #: The file of an earlier request, which a browser does not send twice.
    kept: Any = None

    class Meta:
        model = Asset
        fields = ("original", "key", "title", "collection", "alt_text", "decorative", "focal_x", "focal_y")
        widgets: ClassVar[dict[str, forms.Widget]] = {
            "original": OriginalInput(attrs={"accept": _ACCEPT}),
            "key": forms.TextInput(attrs={"class": "vTextField", "placeholder": "the file's name"}),
            "alt_text": AltTextInput(attrs={"class": "vLargeTextField", "rows": 2}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if key := self.fields.get("key"):
            key.required = False
            key.help_text = "The public path, such as photos/beach.jpg. End it with a slash to keep the file's name."
        for name, label in (("focal_x", "From the left, ‰"), ("focal_y", "From the top, ‰")):
            if focal := self.fields.get(name):
                focal.label, focal.help_text = label, "0 to 1000"
        if fallback := self.fields.get("fallback"):
            current = ManifestState.objects.values_list("fallback_key", flat=True).first()
            fallback.initial = bool(current) and current == cast("Asset", self.instance).key
            fallback.help_text = f"The fallback is currently {current}." if current else "There is no fallback yet."
        if original := self.fields.get("original"):
            original.label = "File"
            original.error_messages["required"] = "Choose an image file."
            original.error_messages["empty"] = "The file is empty. Save or download it again and upload that."

    def add_error(self, field: str | None, error: Any) -> None:
        """What the model finds wrong with the alternative text stands at its field."""
        found = getattr(error, "error_dict", {}).pop(NON_FIELD_ERRORS, [])
        for each in found:
            at_text = str(each.code).startswith("alt_") and "alt_text" in self.fields
            super().add_error("alt_text" if at_text else None, each)
        if not found or error.error_dict:
            super().add_error(field, error)

    def row_values(self, row: Any) -> Values:
        """The file counts as the hash of its bytes."""
        return {**super().row_values(row), **({"original": row.sha256} if "original" in self.fields else {})}

    def my_values(self) -> Values:
        file = self.cleaned_data.get("original")
        upload = {"original": examine(file).sha256} if file and "original" in self.changed_data else {}
        return {**super().my_values(), **upload}

    def clean_original(self) -> Any:
        file = self.cleaned_data["original"]
        if not isinstance(file, UploadedFile):
            return file
        if isinstance(file, RefusedUpload):
            raise file.reason
        key = cast("Asset", self.instance).key or str(self.data.get(self.add_prefix("key"), ""))
        return convert_if_heic(file, key)

    def clean(self) -> dict[str, Any] | None:
        if "key" in self.cleaned_data:
            self._clean_key()
        return super().clean()

    def _clean_key(self) -> None:
        key = self.cleaned_data["key"]
        file = self.cleaned_data.get("original")
        if not key or key.endswith("/"):
            if not file:
                return
            key += file.name
        key = file.rename(key) if isinstance(file, ConvertedPhoto) else key
        try:
            validate_key(key)
            self._check_unused(key)
        except ValidationError as error:
            if not self._refuses_file(key) or self.cleaned_data["key"]:
                self.add_error("key", error)
        else:
            self.cleaned_data["key"] = key

    def _refuses_file(self, key: str) -> bool:
        """Report what is wrong with the file: a bad key often comes from the name of a file that is not an image."""
        try:
            if file := self.cleaned_data.get("original"):
                examine(file, key)
        except ValidationError as error:
            self.add_error("original", error)
            return True
        return False

    def _check_unused(self, key: str) -> None:
        if existing := Asset.objects.filter(key=key).first():
            url = admin_url(self.admin_site, "asset", "change", existing.pk)
            message = format_html(
                'An image with this key already exists: <a href="{}">{}</a>. Open it to replace its file, '
                "or choose another key.",
                url,
                existing.key,
            )
            raise ValidationError(message, code="unique")
