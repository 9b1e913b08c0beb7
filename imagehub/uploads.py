"""This project takes files in one view only, which sets an upload handler of its own."""

from __future__ import annotations

from typing import Any, NoReturn

from django.core.files.uploadhandler import FileUploadHandler, SkipFile


class DroppingUploadHandler(FileUploadHandler):
    """Reads files and drops them, so that ``request.FILES`` stays empty."""

    def new_file(self, *_: Any, **__: Any) -> NoReturn:
        raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, _start: int) -> bytes:
        return raw_data

    def file_complete(self, _file_size: int) -> None:
        return None
