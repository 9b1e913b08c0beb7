"""Sidecars: JSON files in which the directory store keeps what it knows about objects besides their bytes.

A sidecar may describe two bodies: the stored one, and one that a writer is about to store.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from os import stat_result
from typing import Any

from edge.contract import formats
from edge.storage.objects.rules import checked_metadata, etag_of, is_header_value
from edge.storage.objects.store import Head

#: A larger sidecar is not ours: it holds at most two entries, each with 2 KB of metadata.
MAX_BYTES = 100_000
#: The last second that `datetime` can express.
_MAX_TIME = 253_402_300_799


@dataclass(frozen=True, slots=True)
class SidecarEntry:
    """One body. It is recognised by its ``file`` token, or in a copy of the directory by its size and CRC-32."""

    file: str
    size: int
    crc: int
    etag: str
    content_type: str
    cache_control: str | None
    metadata: dict[str, str]
    last_modified: str
    #: Sidecars of earlier releases do not have it.
    content_disposition: str | None = None

    @classmethod
    def of(
        cls,
        body: bytes,
        file: str,
        content_type: str,
        cache_control: str | None,
        metadata: dict[str, str],
        content_disposition: str | None = None,
    ) -> SidecarEntry:
        """The entry of a ``body`` that is written now, into the file with that token."""
        now = datetime.now(UTC).isoformat()
        crc, etag = zlib.crc32(body), etag_of(body)
        return cls(file, len(body), crc, etag, content_type, cache_control, metadata, now, content_disposition)

    def head(self) -> Head:
        """The object's head."""
        modified = datetime.fromisoformat(self.last_modified).astimezone(UTC)
        now = datetime.now(UTC)
        headers = (self.content_type, self.cache_control, self.content_disposition)
        return Head(self.size, self.etag, modified, *headers, self.metadata, now)


def file_token(status: stat_result) -> str:
    """Identifies a file's bytes while the file is open: its inode cannot be reused until it is closed."""
    return f"{status.st_ino}-{status.st_mtime_ns}-{status.st_size}"


def spell_sidecar(entries: Iterable[SidecarEntry]) -> bytes:
    """The content of a sidecar."""
    return json.dumps([asdict(entry) for entry in entries], ensure_ascii=False).encode()


def parse_sidecar(text: bytes) -> list[SidecarEntry]:
    """The entries of a sidecar. Raises `ValueError` if it was damaged by hand."""
    if len(text) > MAX_BYTES:
        raise ValueError(f"it has more than {MAX_BYTES} bytes")
    try:
        return [_checked_entry(value) for value in json.loads(text)]
    except (ValueError, TypeError, LookupError, AttributeError, OverflowError, RecursionError) as error:
        raise ValueError(f"it is damaged ({error})") from None


def _checked_entry(value: Mapping[str, Any]) -> SidecarEntry:
    """Raises an error unless each value is usable as the header, number or time that it stands for."""
    entry = SidecarEntry(**{**value, "metadata": checked_metadata(value["metadata"])})
    if not all(is_header_value(text) for text in (entry.file, entry.etag, entry.content_type)):
        raise ValueError("a text is not printable ASCII")
    optional = (entry.cache_control, entry.content_disposition)
    if not all(text is None or is_header_value(text) for text in optional):
        raise ValueError("cache_control or content_disposition is not printable ASCII")
    if not isinstance(entry.size, int) or not isinstance(entry.crc, int):
        raise TypeError("size and crc are not integers")
    entry.head()
    return entry


def find_by_file(entries: Iterable[SidecarEntry], status: stat_result) -> SidecarEntry | None:
    """The entry of the file with that ``status``."""
    token = file_token(status)
    return next((entry for entry in entries if (entry.file, entry.size) == (token, status.st_size)), None)


def find_by_body(entries: Sequence[SidecarEntry], body: bytes) -> SidecarEntry | None:
    """The entry of ``body``, for a file that is not the one that was written: the whole tree has been copied."""
    crc = zlib.crc32(body)
    return next((entry for entry in reversed(entries) if (entry.size, entry.crc) == (len(body), crc)), None)


def guess_head(object_key: str, body: bytes, status: stat_result) -> Head:
    """The head of an object that somebody copied into the directory."""
    modified = datetime.fromtimestamp(min(max(status.st_mtime, 0), _MAX_TIME), UTC)
    content_type = _content_type(object_key.rpartition(".")[2].lower())
    return Head(len(body), etag_of(body), modified, content_type, now=datetime.now(UTC))


def _content_type(extension: str) -> str:
    if extension in formats.BY_EXTENSION:
        return formats.BY_EXTENSION[extension].content_type
    return "application/json" if extension == "json" else "application/octet-stream"
