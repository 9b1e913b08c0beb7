"""What an upload truly is: its bytes decide, not its name and not what the browser says of it."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import PurePath
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler

from assets import heic
from edge.contract.errors import SourceRefused
from edge.contract.policy import load_policy
from edge.image import verify
from edge.image.decode import detect
from edge.image.decode.detect import NAMES

#: The endings that a format goes by, the one to propose first.
EXTENSIONS = {
    "jpeg": ("jpg", "jpeg"),
    "png": ("png", "apng"),
    "webp": ("webp",),
    "avif": ("avif",),
    "gif": ("gif",),
    "tiff": ("tif", "tiff"),
    "bmp": ("bmp",),
}
#: Those of HEIC photos, of which something else is made.
HEIC_EXTENSIONS = ("heic", "heif", "hif")
_ADVICE = {
    "source_unsupported": "Export it as one of these and upload that.",
    "source_damaged": "Save or download it anew and upload that.",
    "source_too_large": "Make it smaller and upload that.",
}


@dataclass(frozen=True, slots=True)
class Examined:
    """A picture whose every pixel was decoded. Pixels are those after orientation."""

    body: bytes = field(repr=False)
    format: str
    width: int
    height: int
    sha256: str

    @property
    def content_type(self) -> str:
        return f"image/{self.format}"


def examine(file: File[Any], key: str) -> Examined:
    """The picture in ``file``, which is to lie under ``key``. Raises `ValidationError` that an editor can act on."""
    if isinstance(file, RefusedUpload):
        raise file.reason
    check_size(file.name, file.size)
    file.seek(0)
    body = file.read()
    try:
        source = verify(body, load_policy())
    except SourceRefused as error:
        raise _explained(error) from error
    check_extension(key, source.format)
    return Examined(body, source.format, source.width, source.height, hashlib.sha256(body).hexdigest())


class Converted(ContentFile):  # type: ignore[type-arg]  # generic in its stubs alone
    """What was made of a HEIC photo called ``heic_name``."""

    def __init__(self, body: bytes, heic_name: str) -> None:
        self.heic_name = heic_name
        ending = EXTENSIONS["png" if body.startswith(b"\x89PNG") else "jpeg"][0]
        super().__init__(body, name=f"{heic_name.rpartition('.')[0] or heic_name}.{ending}")

    def rename(self, key: str) -> str:
        """``key`` with the ending of what is really kept, where it has a HEIC's."""
        stem, _, ending = key.rpartition(".")
        return f"{stem}.{str(self.name).rpartition('.')[2]}" if ending.lower() in HEIC_EXTENSIONS else key


def taken(file: File[Any], key: str) -> File[Any]:
    """``file`` itself or, where it is a HEIC photo, the original that is made of it, to lie under ``key``.

    Raises `ValidationError`.
    """
    if isinstance(file, RefusedUpload | Converted):
        return file
    file.seek(0)
    start = file.read(detect.START)
    if not detect.is_heic(start):
        return file
    check_size(file.name, file.size)
    try:
        body = heic.converted(start + file.read(), lossless=key.lower().endswith(".png"))
    except SourceRefused as error:
        raise _explained(error) from error
    return Converted(body, PurePath(file.name or "photo.heic").name)


def _explained(error: SourceRefused) -> ValidationError:
    return ValidationError(f"{error.message} {_ADVICE[error.code]}", code=error.code)


def check_size(name: str | None, size: int) -> None:
    """Raises `ValidationError` where a file has more bytes than the policy takes, before one of them is looked at."""
    limit = load_policy().max_source_bytes
    if size > limit:
        raise ValidationError(
            f"{name or 'The file'} is larger than {limit / (1 << 20):g} MB. {_ADVICE['source_too_large']}",
            code="source_too_large",
        )


def check_extension(key: str, format_: str) -> None:
    """Raises `ValidationError` where ``key`` ends like another format's pictures."""
    stem, dot, extension = key.rpartition(".")
    if extension.lower() not in EXTENSIONS[format_]:
        raise ValidationError(
            f"{key} is really a {NAMES[format_]}: name it {stem if dot else key}.{EXTENSIONS[format_][0]}.",
            code="wrong_extension",
        )


class RefusedUpload(UploadedFile):  # type: ignore[type-arg]  # generic in its stubs alone
    """What is left of a file that was not kept: its name, its size and the reason."""

    def __init__(self, name: str | None, size: int, reason: ValidationError) -> None:
        super().__init__(BytesIO(), name, size=size)
        self.reason = reason


class LimitedUploadHandler(TemporaryFileUploadHandler):
    """Spools a file to the disk up to the policy's limit; the rest of a bigger one is read and forgotten.

    For all views, since Django reads the body of any POST, the login page's too, to find its CSRF token.
    """

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._refusal: ValidationError | None = None

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if self._refusal:
            return
        try:
            check_size(self.file_name, start + len(raw_data))
            super().receive_data_chunk(raw_data, start)
        except ValidationError as error:
            self._give_up(error)
        except OSError as error:
            text = f"The server could not keep {self.file_name}: {error.strerror}. Nothing was saved."
            self._give_up(ValidationError(text, code="not_kept"))

    def file_complete(self, file_size: int) -> UploadedFile[Any] | None:
        if self._refusal:
            return RefusedUpload(self.file_name, file_size, self._refusal)
        return super().file_complete(file_size)

    def _give_up(self, reason: ValidationError) -> None:
        self._refusal = reason
        with suppress(OSError):  # what could not be written cannot be flushed either
            self.file.close()
