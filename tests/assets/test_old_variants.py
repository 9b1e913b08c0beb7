"""Variants of earlier revs: found, kept and deleted, in a directory and in a bucket of a real S3 server."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from assets import old_variants
from assets.object_store import ObjectStore
from assets.old_variants import Keep, RevUsage
from assets.storage import object_store
from edge.contract.policy import load_policy

OLD, OLDER = "0a0a0a0a", "0b0b0b0b"


@pytest.fixture(params=["root", pytest.param("s3_bucket", marks=pytest.mark.s3)])
def both(request: pytest.FixtureRequest) -> ObjectStore:
    request.getfixturevalue(request.param)
    return object_store()


def put(key: str, rev: str, slug: str = "w300", size: int = 10) -> str:
    object_key = f"variants/{key}/1f2e3d4c.{rev}/{slug}.avif"
    object_store().put(object_key, b"x" * size, content_type="image/avif")
    return object_key


def measured() -> dict[str, RevUsage]:
    *_, usage = old_variants.measure()
    return usage


def last(numbers: Iterator[int]) -> int:
    *_, number = numbers
    return number


def test_variants_are_counted_by_rev_and_nothing_else_is(both: ObjectStore) -> None:
    put("a b/ü.jpg", OLD, size=5)
    put("c.jpg", OLD, "w600", size=7)
    put("c.jpg", load_policy().rev)
    both.put("variants/notes.txt", b"mine", content_type="text/plain")
    both.put("originals/c.jpg", b"mine", content_type="image/jpeg")
    put("~archive/no image*", OLD, f"x.{'0' * 32}", size=3)
    usage = measured()
    assert {rev: (each.variants, each.size) for rev, each in usage.items()} == {
        OLD: (3, 15),
        load_policy().rev: (1, 10),
    }
    assert abs(datetime.now(UTC) - usage[OLD].newest) < timedelta(minutes=5)


def test_old_variants_are_deleted_in_batches_and_all_else_stays(
    both: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(old_variants, "_BATCH", 3)
    for number in range(8):
        put(f"{number}.jpg", OLD)
    kept = {put("0.jpg", load_policy().rev), put("3.jpg", OLDER)}
    both.put("variants/notes.txt", b"mine", content_type="text/plain")
    assert last(old_variants.delete({OLD: measured()[OLD]})) == 8
    assert set(both.list("variants/")) == {*kept, "variants/notes.txt"}


def test_an_interrupted_deletion_goes_on_with_what_is_left(both: ObjectStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(old_variants, "_BATCH", 2)
    for number in range(5):
        put(f"{number}.jpg", OLD)
    assert next(old_variants.delete(measured())) == 2
    assert measured()[OLD].variants == 3
    assert last(old_variants.delete(measured())) == 3
    assert measured() == {}


def test_a_rev_that_is_written_again_keeps_what_is_left(both: ObjectStore) -> None:
    """After a rollback, for instance."""
    object_key = put("a.jpg", OLD)
    before = RevUsage(1, 10, datetime.now(UTC) - timedelta(days=30))
    assert last(old_variants.delete({OLD: before})) == 0
    assert list(both.list("variants/")) == [object_key]


def test_what_may_be_in_use_is_kept_and_the_reason_is_named() -> None:
    now = datetime.now(UTC)
    ages = {load_policy().rev: 90, "11111111": 5, "22222222": 6, "33333333": 8, "44444444": 60, "55555555": 60}
    usage = {rev: RevUsage(1, 1, now - timedelta(days=days)) for rev, days in ages.items()}
    assert Keep(frozenset({"44444444"}), days=7).reasons(usage) == {
        load_policy().rev: "the rev of this policy",
        "11111111": "the rev that was written last",
        "22222222": "written within 7 days",
        "33333333": "",
        "44444444": "named with --keep",
        "55555555": "",
    }
    assert Keep(frozenset(), days=0).reasons({}) == {}
