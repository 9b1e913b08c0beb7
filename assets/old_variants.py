"""Variants of revs that are not in use any more: which there are, and their removal.

A new rev makes every variant a new object. A lifecycle rule cannot delete the old ones, because it filters by a leading
prefix, and an object key begins with the image's:
https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-filters.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice

from assets.storage import object_store
from edge.contract.errors import BadRequest
from edge.contract.policy import load_policy
from edge.contract.variant_key import VariantKey
from edge.sih.source_buckets import MARK
from edge.storage.objects.store import ListedObject

_PREFIX = "variants/"
#: As many as S3 deletes in one request.
_BATCH = 1000


@dataclass(slots=True)
class RevUsage:
    """The stored variants of one rev: ``size`` in bytes, and when the newest one was rendered."""

    variants: int
    size: int
    newest: datetime

    def add(self, found: ListedObject) -> None:
        self.variants += 1
        self.size += found.size
        self.newest = max(self.newest, found.last_modified)


@dataclass(frozen=True, slots=True)
class Keep:
    """Which revs to keep besides the one of this policy: those named, and those in use less than ``days`` ago."""

    revs: frozenset[str]
    days: int

    def reasons(self, usage: Mapping[str, RevUsage]) -> dict[str, str]:
        """Return why each rev is kept; empty for one that may go."""
        # The edge may run another policy than this process. It writes with its own rev, the newest in storage.
        written_last = max(usage, key=lambda rev: usage[rev].newest, default="")
        return {rev: self._reason(rev, usage[rev], written_last) for rev in usage}

    def _reason(self, rev: str, usage: RevUsage, written_last: str) -> str:
        if rev == load_policy().rev:
            return "the rev of this policy"
        if rev == written_last:
            return "the rev that was written last"
        if rev in self.revs:
            return "named with --keep"
        if datetime.now(UTC) - usage.newest < timedelta(days=self.days):
            return f"written within {self.days} days"
        return ""


def measure() -> Iterator[dict[str, RevUsage]]:
    """Yield the usage by rev so far, after each thousand objects and at the end. Raises `StorageUnavailable`."""
    usage: dict[str, RevUsage] = {}
    listed = object_store().describe_all(_PREFIX)
    while batch := list(islice(listed, _BATCH)):
        for found in batch:
            if rev := _rev(found):
                usage.setdefault(rev, RevUsage(0, 0, found.last_modified)).add(found)
        yield usage
    yield usage


def delete(old: Mapping[str, RevUsage]) -> Iterator[int]:
    """Delete the variants of the revs in ``old``. Yield how many are deleted so far. Raises `StorageUnavailable`.

    A rev that was written again since it was measured is in use again, so what is left of it stays.
    """
    left, deleted = dict(old), 0
    listed = object_store().describe_all(_PREFIX)
    while batch := list(islice(listed, _BATCH)):
        found = [(each, rev) for each in batch if (rev := _rev(each)) in left]
        for each, rev in found:
            if rev in left and each.last_modified > left[rev].newest:
                del left[rev]
        object_keys = [each.object_key for each, rev in found if rev in left]
        object_store().delete_many(object_keys)
        deleted += len(object_keys)
        yield deleted


def _rev(found: ListedObject) -> str:
    """The rev of a variant; empty for an object that somebody else has put there."""
    path = found.object_key.removeprefix(_PREFIX)
    if path.startswith(MARK):
        # The image is no asset, so its key can be anything. What follows it is as for all others.
        path = "/".join(["image.jpg", *path.rsplit("/", 2)[1:]])
    try:
        return VariantKey.parse(path).rev
    except BadRequest:
        return ""
