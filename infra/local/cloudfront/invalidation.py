"""Invalidations: what a batch may say, and what it matches.

https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CreateInvalidation.html
https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/Invalidation.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from infra.local.cloudfront.entry import Entry

_MAX_PATH = 4000
_MAX_TAG = 256
_TILDE = re.compile(r"~|%7e", re.IGNORECASE)
_TAG = re.compile(r"[!-+\--~]+")  # ASCII 33 to 126 without the comma
MAX_TAGS = 50


class ApiError(Exception):
    """An error of the API: its status, its code, and a message."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code


@dataclass(frozen=True)
class Batch:
    """What one call asks to be forgotten: paths, wildcards (a ``*`` at the end) and ``#tags``."""

    caller_reference: str
    paths: tuple[str, ...]

    def check(self, quantity: int) -> None:
        """Raises `ApiError`, with AWS's code."""
        if quantity != len(self.paths):
            raise ApiError(
                400, "InconsistentQuantities", f"Quantity is {quantity}, and there are {len(self.paths)} items."
            )
        if not self.paths or not self.caller_reference:
            raise ApiError(400, "InvalidArgument", "Paths and CallerReference must not be empty.")
        for path in self.paths:
            reason = _why_not_tag(path) if path.startswith("#") else _why_not_path(path)
            if reason:
                raise ApiError(
                    400, "InvalidArgument", f"Your request contains an invalid path, {path[:80]!r}: {reason}."
                )

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

    def matches(self, entry: Entry) -> bool:
        """By the path before viewer-request as well as by the one after: CloudFront wants both invalidated."""
        uris = (entry.uri, entry.viewer_uri)
        return (
            any(uri in self._exact or uri.startswith(self.wildcards) for uri in uris)
            or not self._tags.isdisjoint(entry.tags)
        )  # fmt: skip


def parse_tags(header: str | None) -> frozenset[str]:
    """The tags that a reply carries: at most 50, in lower case; further and malformed ones are dropped in silence."""
    tags = (tag.strip() for tag in (header or "").split(","))
    return frozenset([tag.lower() for tag in tags if _TAG.fullmatch(tag) and len(tag) <= _MAX_TAG][:MAX_TAGS])


def _why_not_tag(path: str) -> str | None:
    if len(path) - 1 > _MAX_TAG:
        return f"a tag has at most {_MAX_TAG} characters"
    return None if _TAG.fullmatch(path[1:]) else "a tag is printable ASCII without spaces and commas"


def _why_not_path(path: str) -> str | None:
    if not path.startswith("/"):
        return "a path begins with / and a tag with #"
    if len(path) > _MAX_PATH:
        return f"a path has at most {_MAX_PATH} characters"
    if _TILDE.search(path):
        return "CloudFront cannot invalidate a path with ~, encoded or not"
    if not path.isascii() or any(ord(char) <= 32 for char in path):
        return "a path must be percent-encoded"
    return None
