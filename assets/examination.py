"""What an uploaded file really is: its bytes decide, not its name or the browser's Content-Type."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File

from assets.heic import convert_heic
from assets.uploads import RefusedUpload, check_size
from edge.contract import formats
from edge.contract.errors import SourceRefused
from edge.contract.policy import load_policy
from edge.image import SIGNATURE_BYTES, is_heic, verify

#: HEIC photos are converted on upload, so no original has one of these.
HEIC_EXTENSIONS = (*formats.HEIC.extensions, "hif")


@dataclass(frozen=True, slots=True)
class ExaminedImage:
    """An image whose every pixel has been decoded. Width and height are in pixels, after orientation."""

    body: bytes = field(repr=False)
    format: str
    width: int
    height: int
    sha256: str

    @property
    def content_type(self) -> str:
        return formats.BY_NAME[self.format].content_type


def examine(file: File[Any], key: str) -> ExaminedImage:
    """Decode ``file``, which is to be stored under ``key``.

    Raises `ValidationError`, with a message that an editor can act on, if it is too large, damaged, of an unsupported
    format, or of another format than the key's extension says.
    """
    if isinstance(file, RefusedUpload):
        raise file.reason
    check_size(file.name, file.size)
    file.seek(0)
    body = file.read()
    try:
        source = verify(body, load_policy())
    except SourceRefused as error:
        raise ValidationError(error.message, code=error.code) from error
    check_extension(key, source.format)
    return ExaminedImage(body, source.format, source.width, source.height, hashlib.sha256(body).hexdigest())


class ConvertedPhoto(ContentFile):  # type: ignore[type-arg]  # generic in its stubs alone
    """The JPEG or PNG that a HEIC photo called ``heic_name`` was converted to."""

    def __init__(self, body: bytes, heic_name: str) -> None:
        self.heic_name = heic_name
        extension = formats.BY_NAME["png" if body.startswith(b"\x89PNG") else "jpeg"].extensions[0]
        super().__init__(body, name=f"{heic_name.rpartition('.')[0] or heic_name}.{extension}")

    def rename(self, key: str) -> str:
        """``key`` with the extension of the converted file, if it has that of a HEIC photo."""
        stem, _, extension = key.rpartition(".")
        return f"{stem}.{str(self.name).rpartition('.')[2]}" if extension.lower() in HEIC_EXTENSIONS else key


def convert_if_heic(file: File[Any], key: str) -> File[Any]:
    """``file`` itself or, if it is a HEIC photo, a `ConvertedPhoto` to be stored under ``key``.

    Raises `ValidationError` if the photo cannot be converted.
    """
    if isinstance(file, RefusedUpload | ConvertedPhoto):
        return file
    file.seek(0)
    start = file.read(SIGNATURE_BYTES)
    if not is_heic(start):
        return file
    check_size(file.name, file.size)
    try:
        body = convert_heic(start + file.read(), lossless=key.lower().endswith(".png"))
    except SourceRefused as error:
        raise ValidationError(error.message, code=error.code) from error
    return ConvertedPhoto(body, PurePath(file.name or "photo.heic").name)


def check_extension(key: str, format_: str) -> None:
    """Raises `ValidationError` if ``key`` has the extension of another format."""
    stem, dot, extension = key.rpartition(".")
    found = formats.BY_NAME[format_]
    if extension.lower() not in found.extensions:
        raise ValidationError(
            f"{key} is really a {found.label} file. Rename it to {stem if dot else key}.{found.extensions[0]}.",
            code="wrong_extension",
        )
