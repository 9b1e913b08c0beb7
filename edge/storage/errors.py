"""Errors of storage."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from edge.storage.objects.store import Head


class Missing(LookupError):
    """The object does not exist."""


class Denied(Missing):
    """S3 does not tell whether the object exists: it denies access to clients that may not list the bucket."""


class TooLarge(ValueError):
    """The object has more bytes than the caller accepts."""


class PreconditionFailed(Exception):  # not an error: an answer that the caller asked for
    """The object does not fulfil the caller's condition, so its bytes were not read; ``head`` describes it."""

    def __init__(self, head: Head) -> None:
        super().__init__(head.etag)
        self.head = head


class StorageUnavailable(OSError):
    """Storage does not answer, refuses the request, or fails."""
