"""Batches and the ledger."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.local.cloudfront.cache_entry import CacheEntry
from infra.local.cloudfront.invalidation_batch import ApiError, InvalidationBatch, parse_tags
from infra.local.cloudfront.invalidation_store import InvalidationQuota, InvalidationStore, StoredInvalidation


def entry(uri: str, viewer_uri: str = "/viewer", *tags: str) -> CacheEntry:
    return CacheEntry("key", uri, viewer_uri, 200, (), frozenset(tags), 0, 0, 0)


def nothing(_made: StoredInvalidation) -> None:
    """There is no cache here."""


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("photo.jpg", "begins with /"),
        ("", "begins with /"),
        ("/a~b", "with ~, encoded or not"),
        ("/a%7Eb", "with ~, encoded or not"),
        ("/a%7eb", "with ~, encoded or not"),
        ("/é", "percent-encoded"),
        ("/a b", "percent-encoded"),
        ("/" + "a" * 4000, "at most 4000"),
        ("#", "printable ASCII"),
        ("#a b", "printable ASCII"),
        ("#a,b", "printable ASCII"),
        ("#" + "a" * 257, "at most 256"),
    ],
)
def test_what_cannot_be_invalidated(path: str, reason: str) -> None:
    with pytest.raises(ApiError, match=reason) as caught:
        InvalidationBatch("r", (path,)).check(1)
    assert (caught.value.status, caught.value.code) == (400, "InvalidArgument")


@pytest.mark.parametrize("path", ["/", "/*", "/a%20b", "/a*b", "/" + "a" * 3999, "#" + "a" * 256, "#ih-1_x:y"])
def test_what_can_be_invalidated(path: str) -> None:
    InvalidationBatch("r", (path,)).check(1)


@pytest.mark.parametrize(("reference", "paths"), [("r", ()), ("", ("/a",))])
def test_an_empty_batch_or_reference_is_refused(reference: str, paths: tuple[str, ...]) -> None:
    with pytest.raises(ApiError, match="must not be empty"):
        InvalidationBatch(reference, paths).check(len(paths))


@pytest.mark.parametrize(
    ("path", "uri", "matches"),
    [
        ("/a.jpg", "/a.jpg", True),
        ("/a.jpg", "/A.jpg", False),
        ("/a.jpg", "/a.jpg/x", False),
        ("/a.jpg*", "/a.jpg/x.avif", True),
        ("/a.jpg/*", "/a.jpg", False),
        ("/*", "/anything?at=all", True),
        ("/a*b", "/axb", False),
        ("/a*b", "/a*b", True),
        ("/a%2Bb", "/a+b", False),
        ("/viewer", "/rewritten", True),
        ("/view*", "/rewritten", True),
    ],
)
def test_paths_are_compared_to_the_letter_before_and_after_the_rewrite(path: str, uri: str, matches: bool) -> None:
    assert InvalidationBatch("r", (path,)).matches(entry(uri)) is matches


@pytest.mark.parametrize(("path", "matches"), [("#ONE", True), ("#one", True), ("#on", False), ("#on*", False)])
def test_tags_are_compared_without_case_and_know_no_wildcard(path: str, matches: bool) -> None:
    assert InvalidationBatch("r", (path,)).matches(entry("/a", "/b", "one")) is matches


def test_tags_of_a_reply() -> None:
    assert parse_tags(" One,two ,,t wo,#x") == {"one", "two", "#x"}
    assert parse_tags(None) == frozenset()
    assert len(parse_tags(",".join(f"t{number}" for number in range(60)))) == 50
    assert parse_tags("a" * 257) == frozenset()


@given(st.text(max_size=300))
@settings(deadline=None)
def test_a_tag_that_a_reply_carries_can_be_invalidated(text: str) -> None:
    for tag in parse_tags(text):
        batch = InvalidationBatch("r", (f"#{tag.upper()}",))
        batch.check(1)
        assert batch.matches(entry("/a", "/b", tag)) or tag.upper().lower() != tag


def test_the_ledger_survives_a_restart_and_a_line_cut_short(tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    made = InvalidationStore(path).create(InvalidationBatch("one", ("/a", "#b")), nothing)
    with path.open("a") as file:
        file.write('{"batch": {"caller_ref')
    again = InvalidationStore(path)
    assert again.newest_first() == [made]
    second = again.create(InvalidationBatch("two", ("/c",)), nothing)
    assert InvalidationStore(path).newest_first() == [second, made]


def test_an_invalidation_is_in_progress_for_a_while(tmp_path: Path) -> None:
    clock = Clock()
    ledger = InvalidationStore(tmp_path / "ledger.jsonl", InvalidationQuota(seconds=5), clock)
    made = ledger.create(InvalidationBatch("one", ("/a",)), nothing)
    clock.now += 4.9
    assert not ledger.is_completed(made)
    clock.now += 0.1
    assert ledger.is_completed(made)


def test_the_quota_is_of_what_is_in_progress(tmp_path: Path) -> None:
    clock = Clock()
    ledger = InvalidationStore(tmp_path / "ledger.jsonl", InvalidationQuota(paths=3, wildcards=1, seconds=5), clock)
    ledger.create(InvalidationBatch("one", ("/a", "/b*")), nothing)
    with pytest.raises(ApiError) as caught:
        ledger.create(InvalidationBatch("two", ("/c*",)), nothing)
    assert (caught.value.status, caught.value.code) == (400, "TooManyInvalidationsInProgress")
    with pytest.raises(ApiError):
        ledger.create(InvalidationBatch("three", ("/c", "/d")), nothing)
    clock.now += 5
    ledger.create(InvalidationBatch("three", ("/c", "/d")), nothing)
    assert len(ledger.since(1)) == 1


def test_a_batch_that_could_not_be_applied_was_not_made(tmp_path: Path) -> None:
    def fail(_made: StoredInvalidation) -> None:
        raise OSError("disk")

    ledger = InvalidationStore(tmp_path / "ledger.jsonl")
    with pytest.raises(OSError, match="disk"):
        ledger.create(InvalidationBatch("one", ("/a",)), fail)
    assert ledger.newest_first() == []


def test_a_disk_that_is_full_costs_one_call_and_not_the_ledger(tmp_path: Path) -> None:
    ledger = InvalidationStore(tmp_path / "made.jsonl")
    ledger.create(InvalidationBatch("first", ("/a",)), nothing)
    with full_disk(at=(tmp_path / "made.jsonl").stat().st_size + 20), pytest.raises(ApiError) as caught:
        ledger.create(InvalidationBatch("second", ("/b",)), nothing)
    assert (caught.value.status, caught.value.code) == (503, "ServiceUnavailable")
    ledger.create(InvalidationBatch("third", ("/c",)), nothing)
    made = InvalidationStore(tmp_path / "made.jsonl").newest_first()
    assert [each.batch.caller_reference for each in made] == ["third", "first"]


@contextmanager
def full_disk(at: int) -> Iterator[None]:
    """No file can grow beyond ``at`` bytes."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (at, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
