"""Assets: the images that editors manage."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.core.validators import MaxValueValidator
from django.db import models, router, transaction

from assets import incoming
from assets.alt_text import check_alt_text
from assets.examination import ConvertedPhoto, ExaminedImage, convert_if_heic, examine
from assets.fields import KeyField, OriginalField, is_pending, to_nfc, validate_key
from assets.models.analysis import Analysis
from assets.models.collection import Collection
from assets.models.guarded import GuardedQuerySet
from assets.models.review import Review
from assets.models.rows import locked, stored_value
from assets.models.tag import Tag
from assets.moderation import unreviewed_verdict
from assets.signals import collection_changed, file_replaced, original_saved
from edge.contract.original import OriginalFacts, Verdict, asset_version
from edge.contract.values import Point

#: The fields that describe the stored file. Only an upload changes them.
_FILE_FACTS = ("format", "width", "height", "frames", "placeholder", "bytes", "sha256")
#: What was seen in the file and decided about the image. Only an upload, which starts again, and a save that names them
#: in ``update_fields`` change them: `assets.analysis`, `assets.reviews` and `assets.trash`.
_SEEN = ("faces", "verdict", "trashed_at", "trashed_by_id")
#: The fields that say how far the file is. Only a save and `assets.publication` change them.
_PUBLICATION = ("state", "incoming", "replaced", "publish_error")
_FOCAL = ("focal_x", "focal_y")
#: Images that are not in the trash, and of these, those of which visitors see something.
KEPT = models.Q(trashed_at=None)
VISIBLE = KEPT & ~models.Q(verdict=Verdict.WITHHELD.value)
_NO_FILE = (
    "An image needs a file. For a copy of another one, set original to "
    "ContentFile(other.original.read(), other.original.name)."
)


def original_name(asset: Asset, _filename: str) -> str:
    """An original is stored under its asset's key, whatever the uploaded file was called."""
    return asset.key


class Asset(models.Model):
    """One image. Width and height are in pixels after orientation, the focal point in per mille of them.

    ``frames`` is 1 for a still image; longer animations than the policy allows are counted to one above its limit.
    ``placeholder`` is a ThumbHash in base64; rows of earlier releases have none until `assets.placeholders` adds it.

    ``faces`` are those found in it, as `OriginalFacts` has them; None if nobody has looked. ``dismissed_tags`` are the
    proposed tags, as `assets.models.named.fold` makes them, that editors do not want to see again. ``verdict`` is what
    visitors may see of it. While it is in the trash, since ``trashed_at``, they see nothing.

    ``state`` says whether storage has what the row says. While it does not, ``incoming`` is the private name of the
    received file, if a file waits; ``replaced``, whether visitors may have seen another version; ``publish_error``, why
    the last attempt failed.
    """

    class State(models.TextChoices):
        """`FAILED` needs an editor: the received file is lost."""

        PUBLISHED = "published"
        PUBLISHING = "publishing"
        FAILED = "failed"

    key = KeyField(
        max_length=512,
        unique=True,
        help_text="The image's public path, such as photos/beach.jpg. It cannot be changed later.",
    )
    title = models.CharField(max_length=200, blank=True)
    alt_text = models.CharField(
        "alternative text",
        max_length=500,
        blank=True,
        help_text="Describes the image to people who cannot see it.",
    )
    decorative = models.BooleanField(
        default=False, help_text="The image adds no information to the page, so screen readers should skip it."
    )
    collection = models.ForeignKey(Collection, models.SET_NULL, null=True, blank=True, related_name="assets")
    tags = models.ManyToManyField(Tag, blank=True, related_name="assets")
    original = OriginalField(upload_to=original_name, max_length=512)
    focal_x = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MaxValueValidator(1000)], help_text="From the left edge, in per mille."
    )
    focal_y = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MaxValueValidator(1000)], help_text="From the top edge, in per mille."
    )
    width = models.PositiveIntegerField(editable=False, default=0)
    height = models.PositiveIntegerField(editable=False, default=0)
    frames = models.PositiveIntegerField(editable=False, default=1)
    placeholder = models.CharField(max_length=36, blank=True, editable=False, default="")
    format = models.CharField(max_length=8, editable=False)
    bytes = models.PositiveBigIntegerField(editable=False, default=0)
    sha256 = models.CharField("SHA-256", max_length=64, editable=False)
    faces = models.JSONField(null=True, editable=False, default=None)
    verdict = models.CharField(
        max_length=8,
        choices=[(each.value, each.name.lower()) for each in Verdict],
        blank=True,
        editable=False,
        default="",
        db_index=True,
    )
    dismissed_tags = models.JSONField(default=list, editable=False)
    trashed_at = models.DateTimeField(null=True, editable=False, db_index=True)
    trashed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    version = models.CharField(max_length=8, editable=False)
    state = models.CharField(
        max_length=10, choices=State.choices, default=State.PUBLISHED, editable=False, db_index=True
    )
    incoming = models.CharField(max_length=36, blank=True, editable=False, default="")
    replaced = models.BooleanField(default=False, editable=False)
    publish_error = models.TextField(blank=True, editable=False, default="")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )

    objects = models.Manager.from_queryset(GuardedQuerySet)()
    only_by_save = frozenset({"key", "original", "focal_x", "focal_y", "version", *_FILE_FACTS, *_SEEN, *_PUBLICATION})
    read_by_tags = ("key", "version")
    save_does = "storing a file, publishing its facts or purging what was rendered"

    class Meta:
        ordering = ("-created_at", "-pk")
        verbose_name = "image"
        indexes = (models.Index(fields=("sha256",), name="imagehub_asset_sha256"),)

    def __str__(self) -> str:
        return self.title or self.key

    def save(self, **options: Any) -> None:
        """Save the row. Its original is published when the transaction commits: docs/decisions/022-upload-pipeline.md.

        Sends `original_saved` if there is something to publish, `collection_changed` if the image was moved. Raises
        `ValidationError` if the file is not accepted or the key changed, and `StorageUnavailable` if storage does not
        receive the file. Nothing is saved then.
        """
        self._check_key()
        # Decoding and storage may take seconds. Both come before the transaction, which locks the row.
        upload = self._examine()
        received = incoming.receive(upload) if upload else ""
        using = options.get("using") or router.db_for_write(type(self), instance=self)
        try:
            with transaction.atomic(using):
                self._save(upload, received, {**options, "using": using})
        except BaseException:
            if received:
                incoming.discard(received)
            raise
        if upload:
            self.original = self.key  # what is under this name from the commit on

    def _save(self, upload: ExaminedImage | None, received: str, options: dict[str, Any]) -> None:
        before = locked(self, options["using"])
        if before is None and upload is None:
            raise ValidationError({"original": _NO_FILE}, code="required")
        self._keep_stored_facts(before, options.get("update_fields"))
        self._set_facts(upload, before)
        changed = before is None or before.facts != self.facts
        if received or changed:
            self.state, self.publish_error = self.State.PUBLISHING, ""
            self.incoming = received or self.incoming
            self.replaced = self.replaced or (before is not None and before.version != self.version)
        super().save(**_with_facts(options))
        if before is not None and before.sha256 != self.sha256:
            file_replaced.send(sender=Asset, instance=self, sha256=before.sha256, using=options["using"])
        if received or changed:
            original_saved.send(sender=Asset, instance=self, using=options["using"])
        if before and self._is_moved(before, options.get("update_fields")):
            collection_changed.send(sender=Asset, instance=self, using=options["using"])

    def _is_moved(self, before: Asset, named: Iterable[str] | None) -> bool:
        written = named is None or not {"collection", "collection_id"}.isdisjoint(named)
        return written and before.collection_id != self.collection_id

    def clean(self) -> None:
        """Raises `ValidationError` if only half a focal point is given, or text or file are not accepted."""
        if (self.focal_x is None) != (self.focal_y is None):
            raise ValidationError("Give both numbers of the focal point, or neither.", code="half_focal")
        check_alt_text(self.alt_text, self.decorative, self.key, self.original.name or "")
        try:
            self._check_key()
        except ValidationError:  # `clean_fields` has reported it
            return
        self._check_same_key(stored_value(self, "key"))
        self._examine()

    def _check_key(self) -> None:
        validate_key(self.key)
        self.key = to_nfc(self.key)

    def _check_same_key(self, stored: str | None) -> None:
        if stored is not None and stored != self.key:
            raise ValidationError({"key": f"An image's key cannot change. This one is {stored}."}, code="key_changed")

    def _examine(self) -> ExaminedImage | None:
        """What the pending file is. Returns None if there is none."""
        if not is_pending(self.original):
            return None
        try:
            return examine(self._convert(self.original.file), self.key)
        except ValidationError as error:
            raise ValidationError({"original": error}) from error

    def _convert(self, file: File[Any]) -> File[Any]:
        """The file, converted if it is a HEIC photo. The key then gets the extension of the new format."""
        converted = convert_if_heic(file, self.key)
        if isinstance(converted, ConvertedPhoto):
            self.original = converted
            self.key = converted.rename(self.key)
        return converted

    def _keep_stored_facts(self, before: Asset | None, named: Iterable[str] | None) -> None:
        """Copy what only an upload may change from the locked row: this instance may be older than the row."""
        if before is None:
            return
        self._check_same_key(before.key)
        written = set(_FOCAL if named is None else named)
        kept = {*_FILE_FACTS, *_PUBLICATION, *(name for name in _SEEN if name not in written)}
        for name in kept if written & set(_FOCAL) else {*kept, *_FOCAL}:
            setattr(self, name, getattr(before, name))

    def _set_facts(self, upload: ExaminedImage | None, before: Asset | None) -> None:
        if upload:
            is_new = before is None or before.sha256 != upload.sha256
            self.original.name = self.key
            self.format, self.width, self.height = upload.format, upload.width, upload.height
            self.frames, self.placeholder = upload.frames, upload.placeholder
            self.bytes, self.sha256 = upload.length, upload.sha256
            self.faces = Analysis.known_faces(upload.sha256)
            self.verdict = self._first_verdict() if is_new else self.verdict
        if before is None:  # also of a copy that code makes by ``pk = None``
            self.trashed_at = self.trashed_by_id = None
        self.version = asset_version(self.sha256, self.focal, self.facts.faces, self.facts.verdict)

    def _first_verdict(self) -> Verdict:
        """What visitors see of a file that has just been received: what is known of it counts at once."""
        standing = Review.standing_verdict(self.pk, self.sha256)
        if standing is not None:
            return standing
        return unreviewed_verdict() if Analysis.known_flags(self.sha256) else Verdict.SHOWN

    @property
    def facts(self) -> OriginalFacts:
        """What the original's metadata must say. Of an image in the trash, visitors may see nothing."""
        faces = None if self.faces is None else tuple((x, y, width, height) for x, y, width, height in self.faces)
        return OriginalFacts(
            self.version,
            self.focal,
            faces=faces,
            verdict=Verdict.WITHHELD if self.is_trashed else Verdict(self.verdict),
            size=(self.width, self.height) if self.width and self.height else None,
            placeholder=self.placeholder,
        )

    @property
    def is_trashed(self) -> bool:
        return self.trashed_at is not None

    @property
    def is_visible(self) -> bool:
        """Whether visitors see something of it; a blurred image is visible. `VISIBLE` says the same to the database."""
        return self.facts.verdict is not Verdict.WITHHELD

    @property
    def focal(self) -> Point | None:
        return None if self.focal_x is None or self.focal_y is None else (self.focal_x, self.focal_y)

    @property
    def alt(self) -> str:
        """The value for an ``alt`` attribute: empty if the image is decorative."""
        return "" if self.decorative else self.alt_text


def _with_facts(options: dict[str, Any]) -> dict[str, Any]:
    """The options of a save that also writes what follows from the file, even if ``update_fields`` does not name it."""
    fields = options.get("update_fields")
    if fields is None:
        return options
    return {**options, "update_fields": {*fields, *_FILE_FACTS, *_SEEN, *_PUBLICATION, "original", "version"}}
