"""Names of uploaded files that are longer than a key, a disk or Django's parser of forms accepts are shortened.

Django refuses a part of a form whose headers have more than 1,024 bytes, and with it the whole form. 255 emoji, which
phones and desktops allow in a name, are 1,020 bytes.
"""

from __future__ import annotations

import re
from typing import Any

from django.core.files.uploadhandler import FileUploadHandler
from django.http.multipartparser import MultiPartParser

#: Keys have at most so many bytes between two slashes, and disks in a name.
MAX_BYTES, _MAX_EXTENSION = 255, 32
#: No header is longer than this.
_OVERLAP = 16_384


def shorten(name: str) -> str:
    """``name`` within `MAX_BYTES` of UTF-8, with its extension and without a torn character.

    Extensions are cut too: Django adds them to the names of its temporary files.
    """
    stem, dot, extension = name.rpartition(".")
    if not stem:
        stem, dot, extension = name, "", ""
    end = dot + _cut(extension, _MAX_EXTENSION)
    return _cut(stem, MAX_BYTES - len(end.encode())) + end


def _cut(text: str, size: int) -> str:
    return text.encode()[:size].decode(errors="ignore")


class ShortNames:
    """A file of a form's body, read through, with the names of its files shortened."""

    def __init__(self, body: Any, boundary: bytes) -> None:
        self._body = body
        self._buffer = b""
        disposition = rb'\r\nContent-Disposition:[^\r\n]{0,500}?; filename=")([^"\r\n]{33,})"'
        self._header = re.compile(rb"(--" + re.escape(boundary) + disposition, re.IGNORECASE)

    def read(self, size: int) -> bytes:
        """At most ``size`` bytes. The end is held back until it is certain that no header begins in it."""
        while len(self._buffer) < size + _OVERLAP and (chunk := self._body.read(size)):
            self._buffer += chunk
        self._buffer = self._header.sub(_shorten_header, self._buffer)
        found, self._buffer = self._buffer[:size], self._buffer[size:]
        return found


def _shorten_header(header: re.Match[bytes]) -> bytes:
    return header[1] + shorten(header[2].decode(errors="replace")).encode() + b'"'


class ShortNamesHandler(FileUploadHandler):
    """Lets the other handlers receive a form with short names. It comes before them, and receives no file itself."""

    def handle_raw_input(
        self, input_data: Any, META: Any, content_length: int, boundary: Any, encoding: str | None = None
    ) -> Any:
        del content_length
        others = [each for each in getattr(self.request, "upload_handlers", []) if each is not self]
        body: Any = ShortNames(input_data, boundary)
        return MultiPartParser(META, body, others, encoding).parse()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        del start
        return raw_data

    def file_complete(self, file_size: int) -> None:
        del file_size
