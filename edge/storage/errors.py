"""Errors of storage."""

from __future__ import annotations


class Missing(LookupError):
    """The object does not exist."""


class Denied(Missing):
    """S3 does not tell whether the object exists: it denies access to clients that may not list the bucket."""


class TooLarge(ValueError):
    """The object has more bytes than the caller accepts."""


class StorageUnavailable(OSError):
    """Storage does not answer, refuses the request, or fails."""


class KeyConflict(StorageUnavailable, ValueError):
    """A file is where a folder is needed, or a folder where a file is needed."""
