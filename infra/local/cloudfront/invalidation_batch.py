"""An invalidation batch: which paths and tags CloudFront accepts, and which cache entries they match.

https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CreateInvalidation.html
https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/Invalidation.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from infra.local.cloudfront.cache_entry import CacheEntry

_MAX_PATH = 4000
_MAX_TAG = 256
_TILDE = re.compile(r"~|%7e", re.IGNORECASE)
_TAG = re.compile(r"[!-+\--~]+")  # ASCII 33 to 126 without the comma
MAX_TAGS = 50


class ApiError(Exception):
    """An error of the API: an HTTP status, AWS's error code, and a message."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code


@dataclass(frozen=True)
class InvalidationBatch:
    """What one call invalidates: paths, wildcards (paths that end with ``*``) and ``#tags``."""

    caller_reference: str
    paths: tuple[str, ...]

    def check(self, quantity: int) -> None:
        """Raise `ApiError`, with AWS's code, if CloudFront would refuse the batch."""
        if quantity != len(self.paths):
            message = f"Quantity is {quantity}, but there are {len(self.paths)} items."
            raise ApiError(400, "InconsistentQuantities", message)
        if not self.paths or not self.caller_reference:
            raise ApiError(400, "InvalidArgument", "Paths and CallerReference must not be empty.")
        for path in self.paths:
            reason = _invalid_tag(path) if path.startswith("#") else _invalid_path(path)
            if reason:
                message = f"Your request contains an invalid path, {path[:80]!r}: {reason}."
                raise ApiError(400, "InvalidArgument", message)

    @cached_property
    def wildcards(self) -> tuple[str, ...]:
        """The wildcards without their ``*``."""
        return tuple(path[:-1] for path in self.paths if path.startswith("/") and path.endswith("*"))

    @cached_property
    def _exact(self) -> frozenset[str]:
        return frozenset(path for path in self.paths if path.startswith("/") and not path.endswith("*"))

    @cached_property
    def _tags(self) -> frozenset[str]:
        return frozenset(path[1:].lower() for path in self.paths if path.startswith("#"))

    def matches(self, entry: CacheEntry) -> bool:
        """Whether ``entry`` is invalidated: by its path before or after viewer-request, or by one of its tags."""
        uris = (entry.uri, entry.viewer_uri)
        by_path = any(uri in self._exact or uri.startswith(self.wildcards) for uri in uris)
        return by_path or not self._tags.isdisjoint(entry.tags)


def parse_tags(header: str | None) -> frozenset[str]:
    """Return a reply's tags, in lower case. CloudFront ignores malformed tags, and those after the first 50."""
    tags = (tag.strip() for tag in (header or "").split(","))
    return frozenset([tag.lower() for tag in tags if _TAG.fullmatch(tag) and len(tag) <= _MAX_TAG][:MAX_TAGS])


def _invalid_tag(path: str) -> str | None:
    if len(path) - 1 > _MAX_TAG:
        return f"a tag must have at most {_MAX_TAG} characters"
    return None if _TAG.fullmatch(path[1:]) else "a tag must be printable ASCII without spaces and commas"


def _invalid_path(path: str) -> str | None:
    if not path.startswith("/"):
        return "a path begins with / and a tag with #"
    if len(path) > _MAX_PATH:
        return f"a path must have at most {_MAX_PATH} characters"
    if _TILDE.search(path):
        return "CloudFront cannot invalidate a path with ~, encoded or not"
    if not path.isascii() or any(ord(char) <= 32 for char in path):
        return "a path must be percent-encoded"
    return None
