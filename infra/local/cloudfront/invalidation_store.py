"""The invalidations of a distribution: idempotent by caller reference, limited by quotas, kept across restarts.

https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_InvalidationBatch.html
"""

from __future__ import annotations

import json
import os
import time
import uuid
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from infra.local.cloudfront.invalidation_batch import ApiError, InvalidationBatch


@dataclass(frozen=True)
class StoredInvalidation:
    """A batch that was accepted; ``created`` is a Unix time."""

    batch: InvalidationBatch
    created: float
    id: str = field(default_factory=lambda: "I" + uuid.uuid4().hex[:13].upper())


@dataclass(frozen=True, slots=True)
class InvalidationQuota:
    """How many paths and wildcards may be in progress, and for how many ``seconds`` an invalidation is.

    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/InvalidationLimits.html
    """

    paths: int = 3000
    wildcards: int = 15
    seconds: float = 1.0


class InvalidationStore:
    """Invalidations in the file at ``path``, one line of JSON each."""

    def __init__(
        self, path: Path, quota: InvalidationQuota = InvalidationQuota(), clock: Callable[[], float] = time.time
    ) -> None:
        self._path = path
        self._quota = quota
        self._clock = clock
        self._stored: list[StoredInvalidation] = _read(path) if path.exists() else []

    def __len__(self) -> int:
        """The count grows with each new invalidation, so it can serve as a mark for `since`."""
        return len(self._stored)

    def create(self, batch: InvalidationBatch, apply: Callable[[StoredInvalidation], None]) -> StoredInvalidation:
        """Apply the batch and store it. Return the earlier invalidation if the same call is repeated.

        It is applied first: if the process is killed in between, the caller repeats a call that had no reply.
        Raises `ApiError`.
        """
        for earlier in self._stored:
            if earlier.batch.caller_reference == batch.caller_reference:
                if sorted(earlier.batch.paths) == sorted(batch.paths):
                    return earlier
                # The code that CallerReference's documentation gives; the API's own list of errors lacks it.
                message = f"CallerReference {batch.caller_reference[:80]!r} was used for other paths."
                raise ApiError(400, "InvalidationBatchAlreadyExists", message)
        self._check_quota(batch)
        created = StoredInvalidation(batch, self._clock())
        apply(created)
        self._append(created)
        self._stored.append(created)
        return created

    def _append(self, created: StoredInvalidation) -> None:
        """Write a whole line or none: half a line would damage the next one, and the next start."""
        size = self._path.stat().st_size if self._path.exists() else 0
        try:
            with self._path.open("a") as file:
                file.write(json.dumps(asdict(created)) + "\n")
        except OSError as error:
            if self._path.exists():
                os.truncate(self._path, size)
            message = f"Cannot write to {self._path}: {error.strerror}."
            raise ApiError(503, "ServiceUnavailable", message) from error

    def _check_quota(self, batch: InvalidationBatch) -> None:
        if len(batch.paths) > self._quota.paths:
            message = f"The batch has {len(batch.paths)} paths; at most {self._quota.paths} are allowed."
            raise ApiError(413, "BatchTooLarge", message)
        running = [batch, *(each.batch for each in self._stored if not self.is_completed(each))]
        paths = sum(len(each.paths) for each in running)
        wildcards = sum(len(each.wildcards) for each in running)
        if paths > self._quota.paths or wildcards > self._quota.wildcards:
            message = "Too many paths are being invalidated; try again later."
            raise ApiError(400, "TooManyInvalidationsInProgress", message)

    def get(self, invalidation_id: str) -> StoredInvalidation:
        """Raises `ApiError` if there is no such invalidation."""
        for stored in self._stored:
            if stored.id == invalidation_id:
                return stored
        raise ApiError(404, "NoSuchInvalidation", "The specified invalidation does not exist.")

    def newest_first(self) -> list[StoredInvalidation]:
        return self._stored[::-1]

    def since(self, mark: int) -> list[StoredInvalidation]:
        """Those created after ``len(store)`` was ``mark``."""
        return self._stored[mark:]

    def is_completed(self, invalidation: StoredInvalidation) -> bool:
        return self._clock() >= invalidation.created + self._quota.seconds


def _read(path: Path) -> list[StoredInvalidation]:
    """Drop a last line that a kill cut off: its call was never answered."""
    lines, newline, _ = path.read_bytes().rpartition(b"\n")
    os.truncate(path, len(lines) + len(newline))
    return [_parse(json.loads(line)) for line in lines.splitlines()]


def _parse(row: dict[str, Any]) -> StoredInvalidation:
    batch = InvalidationBatch(row["batch"]["caller_reference"], tuple(row["batch"]["paths"]))
    return StoredInvalidation(batch, row["created"], row["id"])
