"""The invalidations that were made: idempotent, limited, kept over a restart.

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

from infra.local.cloudfront.invalidation import ApiError, Batch


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

    def create(self, batch: Batch, apply: Callable[[Invalidation], None]) -> Invalidation:
        """The invalidation of ``batch``, applied and then written: a kill in between leaves a call to repeat.

        The earlier one where the same call comes again. Raises `ApiError`.
        """
        for earlier in self._made:
            if earlier.batch.caller_reference == batch.caller_reference:
                if sorted(earlier.batch.paths) == sorted(batch.paths):
                    return earlier
                # The name that the documentation of CallerReference gives; the API's own list of errors lacks it.
                raise ApiError(400, "InvalidationBatchAlreadyExists", "CallerReference was used for other paths.")
        self._check_quota(batch)
        made = Invalidation(batch, self._clock())
        apply(made)
        self._write(made)
        self._made.append(made)
        return made

    def _write(self, made: Invalidation) -> None:
        """Whole or not at all: half a line would spoil the next one, and with it the next start."""
        size = self._path.stat().st_size if self._path.exists() else 0
        try:
            with self._path.open("a") as file:
                file.write(json.dumps(asdict(made)) + "\n")
        except OSError as error:
            if self._path.exists():
                os.truncate(self._path, size)
            raise ApiError(503, "ServiceUnavailable", f"It could not be written down: {error.strerror}.") from error

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
    """What the file holds. A last line cut off by a kill is dropped: its call was never answered."""
    whole = path.read_bytes().rpartition(b"\n")
    os.truncate(path, len(whole[0]) + len(whole[1]))
    return [_parse(json.loads(line)) for line in whole[0].splitlines()]


def _parse(row: dict[str, Any]) -> Invalidation:
    batch = row["batch"]
    return Invalidation(Batch(batch["caller_reference"], tuple(batch["paths"])), row["created"], row["id"])
