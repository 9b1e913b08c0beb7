"""What all stores do alike, so that what works in a directory works in S3."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping

#: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
MAX_KEY_BYTES = 1024
#: A file's name on every file system that we know of.
MAX_SEGMENT_BYTES = 255

_NAME = re.compile(r"[a-z0-9-]+")
# S3 gives other values back changed: trimmed, or wrapped as RFC 2047 where they are not ASCII.
_VALUE = re.compile(r"[!-~](?:[ -~]*[!-~])?")


def checked_key(key: str) -> str:
    """``key``; `ValueError` where a store could not keep it apart from another, or from its own files."""
    segments = key.split("/")
    if "\0" in key or any(segment in ("", ".", "..") for segment in segments):
        raise ValueError(f"not an object's key: {key!r}")
    if len(key.encode()) > MAX_KEY_BYTES or max(len(segment.encode()) for segment in segments) > MAX_SEGMENT_BYTES:
        raise ValueError(f"an object's key has at most {MAX_KEY_BYTES} bytes, {MAX_SEGMENT_BYTES} between slashes")
    return key


def checked_metadata(metadata: Mapping[str, str] | None) -> dict[str, str]:
    """``metadata`` with lower-case names; `ValueError` where a header could not carry it."""
    checked = {name.lower(): value for name, value in (metadata or {}).items()}
    for name, value in checked.items():
        if not (_NAME.fullmatch(name) and _VALUE.fullmatch(value)):
            raise ValueError(f"metadata is printable ASCII without spaces around it: {name!r}: {value!r}")
    return checked


def etag_of(body: bytes) -> str:
    """The ETag that S3 gives ``body``, quotes included."""
    return f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"'
