"""Pictures."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.core.validators import MaxValueValidator
from django.db import models, transaction

from assets import storage
from assets.examination import ConvertedPhoto, ExaminedImage, convert_if_heic, examine
from assets.fields import KeyField, OriginalField, is_pending, to_nfc, validate_key
from assets.models.job import Purge
from assets.models.rows import locked
from edge.contract.original import OriginalFacts, asset_version
from edge.contract.values import Point

#: What an examined file tells.
_FOUND = ("format", "width", "height", "bytes", "sha256")


def _with_facts(options: dict[str, Any]) -> dict[str, Any]:
    named = options.get("update_fields")
    return options if named is None else {**options, "update_fields": {*named, *_FOUND, "original", "version"}}


def original_name(asset: Asset, _filename: str) -> str:
    """An original lies under its asset's key, whatever the uploaded file was called."""
    return asset.key


class Asset(models.Model):
    """One picture. Sizes in pixels after orientation; the focal point in per mille of width and height."""

    key = KeyField(
        max_length=512,
        unique=True,
        help_text="The picture's public path, such as photos/beach.jpg. It never changes.",
    )
    title = models.CharField(max_length=200, blank=True)
    alt_text = models.CharField(
        "alternative text",
        max_length=500,
        blank=True,
        help_text="What the picture shows, for those who cannot see it.",
    )
    decorative = models.BooleanField(
        default=False, help_text="It says nothing that the page does not say: screen readers skip it."
    )
    original = OriginalField(upload_to=original_name, max_length=512)
    focal_x = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MaxValueValidator(1000)], help_text="Per mille from the left."
    )
    focal_y = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MaxValueValidator(1000)], help_text="Per mille from the top."
    )
    width = models.PositiveIntegerField(editable=False, default=0)
    height = models.PositiveIntegerField(editable=False, default=0)
    format = models.CharField(max_length=8, editable=False)
    bytes = models.PositiveBigIntegerField(editable=False, default=0)
    sha256 = models.CharField("SHA-256", max_length=64, editable=False)
    version = models.CharField(max_length=8, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )

    class Meta:
        ordering = ("-created_at", "-pk")
        verbose_name = "picture"

    #: What the file that is to be saved was found to be: decoded once, by `clean` or else by `save`.
    _examined: tuple[object, ExaminedImage] | None = None

    def __str__(self) -> str:
        return self.title or self.key

    def save(self, **options: Any) -> None:
        """Save the row and, last of all, its original, so that whatever fails leaves both as they were.

        Raises `ValidationError` where a file is not taken or the key would change, `StorageUnavailable` where the
        store is away.
        """
        from assets import manifest  # they know the models
        from assets.purge import request_purge

        self._check_key()
        upload = self._examine()
        with transaction.atomic():
            before = locked(self)
            self._keep(before, options.get("update_fields"))
            self._take_facts(upload)
            changed = before is not None and before.version != self.version
            super().save(**_with_facts(options))
            if changed:
                request_purge(self.key, reason=Purge.Reason.REPLACED, user=self.updated_by)
                if manifest.is_fallback(self.key):
                    manifest.want()
            self._write(upload, facts_only=changed)
        self._examined = None

    def clean(self) -> None:
        """Raises `ValidationError` where half a focal point is given, or a file that is not taken."""
        if (self.focal_x is None) != (self.focal_y is None):
            raise ValidationError("A focal point needs both of its numbers, or none.", code="half_focal")
        try:
            self._check_key()
        except ValidationError:  # which `clean_fields` has reported
            return
        self._examine()

    def _check_key(self) -> None:
        validate_key(self.key)
        self.key = to_nfc(self.key)

    def _examine(self) -> ExaminedImage | None:
        """What the file is that has not been saved yet; `None` without one."""
        if not is_pending(self.original):
            return None
        file = self.original.file
        if not self._examined or self._examined[0] is not file:
            try:
                file = self._take(file)
                self._examined = file, examine(file, self.key)
            except ValidationError as error:
                raise ValidationError({"original": error}) from error
        return self._examined[1]

    def _take(self, file: File[Any]) -> File[Any]:
        """The file, or what is made of a HEIC photo, for whose key it has the right ending."""
        made = convert_if_heic(file, self.key)
        if isinstance(made, ConvertedPhoto):
            self.original = made
            self.key = made.rename(self.key)
        return made

    def _keep(self, before: Asset | None, named: Collection[str] | None) -> None:
        """Take what must not change from the locked row: this instance may be older than the original that is there."""
        if before is None:
            return
        if before.key != self.key:
            raise ValidationError({"key": f"A key never changes: this picture is {before.key}."}, code="key_changed")
        kept = _FOUND if named is None or {"focal_x", "focal_y"} & set(named) else (*_FOUND, "focal_x", "focal_y")
        for name in kept:
            setattr(self, name, getattr(before, name))

    def _take_facts(self, upload: ExaminedImage | None) -> None:
        if upload:
            self.original.name = self.key
            self.format, self.width, self.height = upload.format, upload.width, upload.height
            self.bytes, self.sha256 = len(upload.body), upload.sha256
        if not self.sha256:
            raise ValidationError({"original": "A picture needs its file."}, code="required")
        self.version = asset_version(self.sha256, self.focal)

    def _write(self, upload: ExaminedImage | None, *, facts_only: bool) -> None:
        facts = OriginalFacts(self.version, self.focal)
        if upload:
            content = storage.Original(upload.body, upload.content_type, facts)
            self.original = storage.originals.save(self.key, content)
        elif facts_only:
            storage.originals.set_facts(self.key, facts)

    @property
    def focal(self) -> Point | None:
        return None if self.focal_x is None or self.focal_y is None else (self.focal_x, self.focal_y)

    @property
    def alt(self) -> str:
        """What belongs into an ``alt`` attribute."""
        return "" if self.decorative else self.alt_text
