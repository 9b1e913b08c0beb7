"""Uploads over the size limit are read and dropped, and the form says why."""

from __future__ import annotations

from contextlib import suppress
from io import BytesIO
from typing import Any

from django.core.exceptions import TooManyFilesSent, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import MemoryFileUploadHandler, TemporaryFileUploadHandler
from django.http import HttpRequest

from assets.long_names import ShortNamesHandler
from edge.contract.policy import load_policy


def check_size(name: str | None, size: int) -> None:
    """Check a file's size in bytes against the policy. Raises `ValidationError` if it is too large."""
    limit = load_policy().max_source_bytes
    if size > limit:
        raise ValidationError(
            f"{name or 'The file'} is larger than {limit / (1 << 20):g} MB. Make it smaller and upload that.",
            code="source_too_large",
        )


class RefusedUpload(UploadedFile):  # type: ignore[type-arg]  # generic in its stubs alone
    """Stands for a file that was not stored: its name, its size in bytes and the reason."""

    def __init__(self, name: str | None, size: int, reason: ValidationError) -> None:
        super().__init__(BytesIO(), name, size=size)
        self.reason = reason


class LimitedUploadHandler(TemporaryFileUploadHandler):
    """Writes one file to disk, up to the policy's limit. The rest of a larger file is read and dropped.

    Raises `TooManyFilesSent`, which Django answers with 400, for a second file in the same request.
    """

    _count = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        self._count += 1
        if self._count > 1:
            raise TooManyFilesSent("An image is uploaded as one file in a request.")
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
            text = f"The server could not store {self.file_name}: {error.strerror}. Nothing was saved."
            self._give_up(ValidationError(text, code="not_stored"))

    def file_complete(self, file_size: int) -> UploadedFile[Any] | None:
        if self._refusal:
            return RefusedUpload(self.file_name, file_size, self._refusal)
        return super().file_complete(file_size)

    def _give_up(self, reason: ValidationError) -> None:
        self._refusal = reason
        with suppress(OSError):  # what could not be written cannot be flushed either
            self.file.close()


def limit_upload(request: HttpRequest) -> None:
    """Receive this request's file in memory if the request is small, else through `LimitedUploadHandler`.

    Every other view keeps the project's own handlers, since it knows nothing of `RefusedUpload`. If something has read
    the body before, the file is there already, and the form checks its size.
    """
    with suppress(AttributeError):  # "You cannot set the upload handlers after the upload has been processed."
        request.upload_handlers = [
            ShortNamesHandler(request),
            MemoryFileUploadHandler(request),
            LimitedUploadHandler(request),
        ]
