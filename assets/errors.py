"""The app's errors. Their messages are shown to editors and operators."""

from __future__ import annotations

from edge.storage.errors import StorageUnavailable


class RetryLater(Exception):
    """A service that a job needs is temporarily unavailable. The message says which, and how it failed."""


class Unanswered(RetryLater):
    """The service sent no answer that can be read."""


class PermanentFailure(Exception):
    """Retrying a job cannot help until somebody has done what the message says."""


class Postponed(Exception):
    """A job's turn has not come. That is no failed attempt: it starts again after some seconds."""

    def __init__(self, message: str, seconds: float) -> None:
        super().__init__(message)
        self.seconds = seconds


class StorageRefused(StorageUnavailable):
    """Storage refuses the request itself: wrong credentials, rights or names. Only somebody can help, not time."""


class SigningKeyStoreError(Exception):
    """The signing keys cannot be read or written. The message says why."""
