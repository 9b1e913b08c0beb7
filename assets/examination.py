"""What an uploaded file really is: its bytes decide, not its name or the browser's Content-Type."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory
from typing import Any
from weakref import WeakKeyDictionary

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File

from assets.isolation import ProcessLimits, run_isolated
from assets.uploads import RefusedUpload, check_size
from edge.contract import formats
from edge.contract.errors import SourceRefused
from edge.image import SIGNATURE_BYTES, is_heic
from edge.image.decode.registry import find_reader
from edge.storage.errors import StorageUnavailable

#: HEIC photos are converted on upload, so no original has one of these.
HEIC_EXTENSIONS = (*formats.HEIC.extensions, "hif")
#: Less than web servers wait for a reply.
_SECONDS = 25
#: Twice what the engine needs for the largest image, and what libheif needs for 100 megapixels.
LIMITS, HEIC_LIMITS = ProcessLimits(2 << 30, _SECONDS), ProcessLimits(3 << 30, _SECONDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExaminedImage:
    """A file whose every pixel has been decoded. Width and height are in pixels, after orientation.

    An animation's ``frames`` are counted as in `edge.image.Source`; ``length`` is in bytes, and ``placeholder`` a
    ThumbHash in base64.
    """

    file: File[Any] = field(repr=False)
    format: str
    width: int
    height: int
    frames: int
    placeholder: str
    length: int
    sha256: str

    @property
    def content_type(self) -> str:
        return formats.BY_NAME[self.format].content_type

    def read(self) -> bytes:
        """The file's content. Raises `ValidationError` if it is no longer what was examined."""
        self.file.seek(0)
        body: bytes = self.file.read()
        if hashlib.sha256(body).hexdigest() != self.sha256:
            raise ValidationError("The file changed while it was being saved. Save it again.", code="changed")
        return body


#: What was found in each file that is still in use: a form validates its file several times.
_FOUND: WeakKeyDictionary[File[Any], dict[str, Any]] = WeakKeyDictionary()


def examine(file: File[Any], key: str = "") -> ExaminedImage:
    """Decode ``file``, which is to be stored under ``key``, in a process of its own. The same file is decoded once.

    Raises `ValidationError`, with a message that an editor can act on, if it is too large, damaged, of an unsupported
    format, or of another format than the extension of the key, if there is one yet, says.
    """
    if isinstance(file, RefusedUpload):
        raise file.reason
    if file not in _FOUND:
        check_size(file.name, file.size)
        with _reporting(file):
            _FOUND[file] = run_isolated("examine", file, LIMITS)
    image = ExaminedImage(file=file, **_FOUND[file])
    if key:
        check_extension(key, image.format)
    return image


@contextmanager
def _reporting(file: File[Any]) -> Iterator[None]:
    """Turns errors of examining ``file`` into `ValidationError`."""
    try:
        yield
    except SourceRefused as error:
        raise ValidationError(error.message, code=error.code) from error
    except StorageUnavailable:  # the file is in storage; the caller's concern
        raise
    except OSError as error:
        text = f"The server could not examine {file.name or 'the file'}: {error.strerror or error}."
        raise ValidationError(f"{text} Nothing was saved. Try again in a minute.", code="not_examined") from error


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
    with _reporting(file), TemporaryDirectory(dir=settings.FILE_UPLOAD_TEMP_DIR) as folder:
        output = Path(folder, "converted")
        options = ["lossless"] if key.lower().endswith(".png") else []
        run_isolated("convert-heic", file, HEIC_LIMITS, str(output), *options)
        body = output.read_bytes()
    return ConvertedPhoto(body, PurePath(file.name or "photo.heic").name)


def shown_type(file: File[Any]) -> str:
    """The content type of ``file`` if browsers can show it, else an empty string. Only its first bytes are read."""
    file.seek(0)
    reader = find_reader(file.read(SIGNATURE_BYTES))
    file.seek(0)
    return reader.format.content_type if reader and reader.format.name not in ("tiff",) else ""


def check_extension(key: str, format_: str) -> None:
    """Raises `ValidationError` if ``key`` has the extension of another format."""
    stem, dot, extension = key.rpartition(".")
    found = formats.BY_NAME[format_]
    if extension.lower() not in found.extensions:
        raise ValidationError(
            f"{key} is really a {found.label} file. Rename it to {stem if dot else key}.{found.extensions[0]}.",
            code="wrong_extension",
        )
