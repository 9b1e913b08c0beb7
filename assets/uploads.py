"""Uploads over the size limit are read and dropped, and the form says why."""

from __future__ import annotations

from contextlib import suppress
from io import BytesIO
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler

from edge.contract.policy import load_policy


def check_size(name: str | None, size: int) -> None:
    """Raises `ValidationError` where a file has more bytes than the policy takes, before one of them is looked at."""
    limit = load_policy().max_source_bytes
    if size > limit:
        raise ValidationError(
            f"{name or 'The file'} is larger than {limit / (1 << 20):g} MB. Make it smaller and upload that.",
            code="source_too_large",
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
