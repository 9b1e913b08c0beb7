"""What an upload truly is: its bytes decide, not its name and not what the browser says of it."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler

from edge.errors import SourceRefused
from edge.image import verify
from edge.image.sniff import NAMES
from edge.policy import load as load_policy

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
        raise ValidationError(f"{error.message} {_ADVICE[error.code]}", code=error.code) from error
    check_extension(key, source.format)
    return Examined(body, source.format, source.width, source.height, hashlib.sha256(body).hexdigest())


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
