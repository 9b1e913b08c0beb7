"""What the directory store knows of an object besides its bytes, in a file beside it."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from os import stat_result

from edge.contract import formats
from edge.storage.objects.rules import etag_of
from edge.storage.objects.store import Head


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts of one body, which it is known by: its ``file`` (quick, until somebody copies it) or size and CRC."""

    file: str
    size: int
    crc: int
    etag: str
    content_type: str
    cache_control: str | None
    metadata: dict[str, str]
    last_modified: str

    @classmethod
    def of(
        cls, body: bytes, file: str, content_type: str, cache_control: str | None, metadata: dict[str, str]
    ) -> Facts:
        """The facts of a ``body`` that is written now, into the file of that token."""
        now = datetime.now(UTC).isoformat()
        return cls(file, len(body), zlib.crc32(body), etag_of(body), content_type, cache_control, metadata, now)

    def head(self) -> Head:
        modified = datetime.fromisoformat(self.last_modified)
        now = datetime.now(UTC)
        return Head(self.size, self.etag, modified, self.content_type, self.cache_control, self.metadata, now)


def file_token(status: stat_result) -> str:
    """Names a file's bytes for as long as the file is open: then its inode cannot become another's."""
    return f"{status.st_ino}-{status.st_mtime_ns}-{status.st_size}"


def spell(entries: Iterable[Facts]) -> bytes:
    return json.dumps([asdict(facts) for facts in entries], ensure_ascii=False).encode()


def parse(text: bytes) -> list[Facts]:
    """The entries of a sidecar; none where it has been spoilt by hand."""
    try:
        return [Facts(**entry) for entry in json.loads(text)]
    except (ValueError, TypeError):
        return []


def of_file(entries: Iterable[Facts], status: stat_result) -> Facts | None:
    token = file_token(status)
    return next((facts for facts in entries if facts.file == token), None)


def of_body(entries: Sequence[Facts], body: bytes) -> Facts | None:
    """The facts of a body whose file is not the one that was written: the whole tree has been copied."""
    crc = zlib.crc32(body)
    return next((facts for facts in reversed(entries) if (facts.size, facts.crc) == (len(body), crc)), None)


def guess(key: str, body: bytes, status: stat_result) -> Head:
    """What can be said of a body that somebody put there by hand."""
    modified = datetime.fromtimestamp(status.st_mtime, UTC)
    content_type = _content_type(key.rpartition(".")[2].lower())
    return Head(len(body), etag_of(body), modified, content_type, now=datetime.now(UTC))


def _content_type(extension: str) -> str:
    if extension in formats.BY_EXTENSION:
        return formats.BY_EXTENSION[extension].content_type
    return "application/json" if extension == "json" else "application/octet-stream"
