"""What storage raises."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from edge.storage.objects.store import Head


class Missing(LookupError):
    """There is no such object."""


class Denied(Missing):
    """We may not know whether there is such an object, as S3 says to whoever may not list the bucket."""


class TooLarge(ValueError):
    """The object has more bytes than the caller takes."""


class PreconditionFailed(Exception):  # not an error: what the caller asked to be told
    """The object is not one that the caller wants, so its bytes were not read; ``head`` says what it is."""

    def __init__(self, head: Head) -> None:
        super().__init__(head.etag)
        self.head = head


class StorageUnavailable(OSError):
    """The store does not answer, refuses us, or fails."""
