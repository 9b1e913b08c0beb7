"""Invalidations: what a batch may say, what it matches, and the ledger of those made.

https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CreateInvalidation.html
https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/Invalidation.html
"""

from __future__ import annotations

import json
import re
import time
import uuid
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path

from infra.local.cloudfront.cache import Entry

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


@dataclass(frozen=True)
class Invalidation:
    """A batch that was taken; ``created`` is a unix time."""

    batch: Batch
    created: float
    id: str = field(default_factory=lambda: "I" + uuid.uuid4().hex[:13].upper())


@dataclass(frozen=True, slots=True)
class Quota:
    """``seconds`` is how long an invalidation is in progress.

    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/InvalidationLimits.html
    """

    paths: int = 3000
    wildcards: int = 15
    seconds: float = 1.0


class Ledger:
    """All invalidations of a distribution, kept in the file at ``path`` so that they outlive a restart."""

    def __init__(self, path: Path, quota: Quota = Quota(), clock: Callable[[], float] = time.time) -> None:
        self._path = path
        self._quota = quota
        self._clock = clock
        self._made: list[Invalidation] = _read(path) if path.exists() else []

    def __len__(self) -> int:
        """Rises with each new invalidation, so it marks a moment for `since`."""
        return len(self._made)

    def create(self, batch: Batch) -> Invalidation:
        """The invalidation of ``batch``: the earlier one where the same call comes again. Raises `ApiError`."""
        for earlier in self._made:
            if earlier.batch.caller_reference == batch.caller_reference:
                if sorted(earlier.batch.paths) == sorted(batch.paths):
                    return earlier
                # The name that the documentation of CallerReference gives; the API's own list of errors lacks it.
                raise ApiError(400, "InvalidationBatchAlreadyExists", "CallerReference was used for other paths.")
        self._check_quota(batch)
        made = Invalidation(batch, self._clock())
        with self._path.open("a") as file:
            file.write(json.dumps(asdict(made)) + "\n")
        self._made.append(made)
        return made

    def _check_quota(self, batch: Batch) -> None:
        if len(batch.paths) > self._quota.paths:
            raise ApiError(413, "BatchTooLarge", f"A batch has at most {self._quota.paths} paths.")
        running = [batch, *(made.batch for made in self._made if not self.is_completed(made))]
        paths = sum(len(each.paths) for each in running)
        wildcards = sum(len(each.wildcards) for each in running)
        if paths > self._quota.paths or wildcards > self._quota.wildcards:
            raise ApiError(
                400, "TooManyInvalidationsInProgress", "Too many paths are being invalidated; try again later."
            )

    def get(self, invalidation_id: str) -> Invalidation:
        for made in self._made:
            if made.id == invalidation_id:
                return made
        raise ApiError(404, "NoSuchInvalidation", "The specified invalidation does not exist.")

    def newest_first(self) -> list[Invalidation]:
        return self._made[::-1]

    def since(self, mark: int) -> list[Invalidation]:
        """Those made after ``len(ledger)`` was ``mark``."""
        return self._made[mark:]

    def is_completed(self, invalidation: Invalidation) -> bool:
        return self._clock() >= invalidation.created + self._quota.seconds


def _read(path: Path) -> list[Invalidation]:
    """A last line cut off by a kill belongs to a call that was never answered."""
    lines = [line for line in path.read_text().splitlines(keepends=True) if line.endswith("\n")]
    rows = [json.loads(line) for line in lines]
    return [
        Invalidation(Batch(row["batch"]["caller_reference"], tuple(row["batch"]["paths"])), row["created"], row["id"])
        for row in rows
    ]
