"""Errors that jobs raise: whether to try again, or to ask an editor or operator for help first."""

from __future__ import annotations


class RetryLater(Exception):
    """A service that the job needs is temporarily unavailable. The message says which, and how it failed."""


class PermanentFailure(Exception):
    """Retrying cannot help until somebody has done what the message says."""
