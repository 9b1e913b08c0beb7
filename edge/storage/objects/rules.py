"""Rules that all stores share, so that what works in a directory works in S3."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping

#: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
MAX_KEY_BYTES = 1024
#: The longest file name on all common file systems.
MAX_SEGMENT_BYTES = 255

_NAME = re.compile(r"[a-z0-9-]+")
# S3 returns other values changed: trimmed, or encoded as RFC 2047 if they are not ASCII.
_VALUE = re.compile(r"[!-~](?:[ -~]*[!-~])?")


def checked_object_key(object_key: str) -> str:
    """``object_key``. Raises `ValueError` if a store could not tell it from another one or from its own files."""
    segments = object_key.split("/")
    if "\0" in object_key or any(segment in ("", ".", "..") for segment in segments):
        raise ValueError(f"not an object key: {object_key!r}")
    longest = max(len(segment.encode()) for segment in segments)
    if len(object_key.encode()) > MAX_KEY_BYTES or longest > MAX_SEGMENT_BYTES:
        raise ValueError(f"an object key has at most {MAX_KEY_BYTES} bytes, and {MAX_SEGMENT_BYTES} between slashes")
    return object_key


def checked_metadata(metadata: Mapping[str, str] | None) -> dict[str, str]:
    """``metadata`` with lower-case names. Raises `ValueError` if a header could not carry it."""
    checked = {name.lower(): value for name, value in (metadata or {}).items()}
    for name, value in checked.items():
        if not (_NAME.fullmatch(name) and is_header_value(value)):
            raise ValueError(f"metadata must be printable ASCII without spaces around it: {name!r}: {value!r}")
    return checked


def is_header_value(text: str) -> bool:
    """Whether a header carries ``text`` unchanged."""
    return _VALUE.fullmatch(text) is not None


def etag_of(body: bytes) -> str:
    """The ETag that S3 gives ``body``, quotes included."""
    return f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"'
