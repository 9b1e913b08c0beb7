"""The invalidation store: restarts, quotas, idempotency, a full disk."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from infra.local.cloudfront.invalidation_batch import ApiError, InvalidationBatch
from infra.local.cloudfront.invalidation_store import InvalidationQuota, InvalidationStore, StoredInvalidation


def apply_nothing(_created: StoredInvalidation) -> None:
    """There is no cache to invalidate."""


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_invalidations_survive_a_restart_and_a_truncated_line(tmp_path: Path) -> None:
    path = tmp_path / "store.jsonl"
    created = InvalidationStore(path).create(InvalidationBatch("one", ("/a", "#b")), apply_nothing)
    with path.open("a") as file:
        file.write('{"batch": {"caller_ref')
    again = InvalidationStore(path)
    assert again.newest_first() == [created]
    second = again.create(InvalidationBatch("two", ("/c",)), apply_nothing)
    assert InvalidationStore(path).newest_first() == [second, created]


def test_an_invalidation_is_in_progress_for_the_quotas_seconds(tmp_path: Path) -> None:
    clock = Clock()
    store = InvalidationStore(tmp_path / "store.jsonl", InvalidationQuota(seconds=5), clock)
    created = store.create(InvalidationBatch("one", ("/a",)), apply_nothing)
    clock.now += 4.9
    assert not store.is_completed(created)
    clock.now += 0.1
    assert store.is_completed(created)


def test_the_quota_counts_what_is_in_progress(tmp_path: Path) -> None:
    clock = Clock()
    store = InvalidationStore(tmp_path / "store.jsonl", InvalidationQuota(paths=3, wildcards=1, seconds=5), clock)
    store.create(InvalidationBatch("one", ("/a", "/b*")), apply_nothing)
    with pytest.raises(ApiError) as caught:
        store.create(InvalidationBatch("two", ("/c*",)), apply_nothing)
    assert (caught.value.status, caught.value.code) == (400, "TooManyInvalidationsInProgress")
    with pytest.raises(ApiError):
        store.create(InvalidationBatch("three", ("/c", "/d")), apply_nothing)
    clock.now += 5
    store.create(InvalidationBatch("three", ("/c", "/d")), apply_nothing)
    assert len(store.since(1)) == 1


def test_a_batch_that_cannot_be_applied_is_not_stored(tmp_path: Path) -> None:
    def fail(_created: StoredInvalidation) -> None:
        raise OSError("disk")

    store = InvalidationStore(tmp_path / "store.jsonl")
    with pytest.raises(OSError, match="disk"):
        store.create(InvalidationBatch("one", ("/a",)), fail)
    assert store.newest_first() == []


def test_a_full_disk_fails_one_call_and_damages_nothing(tmp_path: Path) -> None:
    store = InvalidationStore(tmp_path / "invalidations.jsonl")
    store.create(InvalidationBatch("first", ("/a",)), apply_nothing)
    with full_disk(at=(tmp_path / "invalidations.jsonl").stat().st_size + 20), pytest.raises(ApiError) as caught:
        store.create(InvalidationBatch("second", ("/b",)), apply_nothing)
    assert (caught.value.status, caught.value.code) == (503, "ServiceUnavailable")
    store.create(InvalidationBatch("third", ("/c",)), apply_nothing)
    created = InvalidationStore(tmp_path / "invalidations.jsonl").newest_first()
    assert [each.batch.caller_reference for each in created] == ["third", "first"]


@contextmanager
def full_disk(at: int) -> Iterator[None]:
    """Let no file of this process grow beyond ``at`` bytes."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (at, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
